package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.lmconv.jobs.base.UserError;

/**
 * Reads {@code key=value} words. Values are taken as they stand rather than parsed as HOCON, in
 * which neither {@code hdfs://host/folder} nor {@code s_curve/*} is a string without quotes, and
 * shells take quotes away.
 */
final class CommandWords {
  private static final Pattern COMMA = Pattern.compile("(?<!\\d:\\d{1,9}),|,(?!\\d{1,9}:\\d)");

  private CommandWords() {}

  static Config parse(List<String> words, String command, Class<? extends Record> keys) {
    List<String> readable = Keys.of(keys);
    Config config = ConfigFactory.empty();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new UserError(
            "%s is not key=value; a command comes first, then words such as seed=2"
                .formatted(word.isEmpty() ? "an empty word" : word));
      }
      String key = word.substring(0, equals).strip();
      if (!ConfigLoader.keys().contains(key)) {
        throw ConfigLoader.unknown(key, "");
      }
      if (!readable.contains(key)) {
        throw new UserError(
            "%s does not read %s%s; it reads %s"
                .formatted(command, key, Keys.note(keys), String.join(", ", Keys.names(keys))));
      }
      config = config.withValue(key, value(key, word.substring(equals + 1).strip()));
    }
    return config;
  }

  private static ConfigValue value(String key, String text) {
    ConfigValue reference = ConfigLoader.reference().getValue(key);
    return switch (reference.valueType()) {
      case LIST -> ConfigValueFactory.fromIterable(list(reference, text));
      case NUMBER -> ConfigValueFactory.fromAnyRef(number(text));
      case BOOLEAN -> ConfigValueFactory.fromAnyRef(flag(text));
      default -> ConfigValueFactory.fromAnyRef(unquoted(text));
    };
  }

  /** Elements of the type that those of the reference have. */
  private static List<?> list(ConfigValue reference, String text) {
    boolean numbers =
        reference.unwrapped() instanceof List<?> list
            && !list.isEmpty()
            && list.get(0) instanceof Number;
    return numbers ? list(text).stream().map(CommandWords::number).toList() : list(text);
  }

  /** A list in brackets, or one element without. No comma of a box r0:r1,c0:c1 ends an element. */
  private static List<String> list(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return List.of(unquoted(text));
    }
    String inner = text.substring(1, text.length() - 1).strip();
    return inner.isEmpty()
        ? List.of()
        : Arrays.stream(COMMA.split(inner, -1)).map(element -> unquoted(element.strip())).toList();
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  // What is no number or flag stays text: RecordMapper knows what to say of it.
  private static Object number(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      return isLong(number) ? (Object) number.longValueExact() : (Object) number.doubleValue();
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static boolean isLong(BigDecimal number) {
    try {
      number.longValueExact();
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  private static Object flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }
}
