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
import org.lmconv.jobs.conf.Keys.Because;

/**
 * Reads {@code key=value} words. Values are taken as they stand rather than parsed as HOCON, in
 * which neither {@code hdfs://host/folder} nor {@code s_curve/*} is a string without quotes, and
 * shells take quotes away.
 */
final class CommandWords {
  // No comma of a box r0:r1,c0:c1 ends an element.
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
        throw notRead(key, command, keys);
      }
      Object value = value(key, word.substring(equals + 1).strip());
      config = config.withValue(key, ConfigValueFactory.fromAnyRef(value));
    }
    return config;
  }

  private static UserError notRead(String key, String command, Class<? extends Record> keys) {
    Because why = keys.getAnnotation(Because.class);
    List<String> readable = Keys.of(keys);
    List<String> names = readable.stream().map(each -> name(each, readable)).distinct().toList();
    return new UserError(
        "%s does not read %s%s; it reads %s"
            .formatted(
                command, key, why == null ? "" : "; " + why.value(), String.join(", ", names)));
  }

  /** A key, or "score.*" if its whole section is read. */
  private static String name(String key, List<String> readable) {
    String section = key.substring(0, key.lastIndexOf('.') + 1);
    boolean whole =
        ConfigLoader.keys().stream()
            .filter(each -> each.startsWith(section))
            .allMatch(readable::contains);
    return whole && !section.isEmpty() ? section + "*" : key;
  }

  /** A value of the type that the default has. */
  private static Object value(String key, String text) {
    ConfigValue usual = ConfigLoader.reference().getValue(key);
    return switch (usual.valueType()) {
      case LIST -> {
        boolean numbers = ((List<?>) usual.unwrapped()).stream().anyMatch(Number.class::isInstance);
        yield list(text).stream().map(each -> numbers ? number(each) : each).toList();
      }
      case NUMBER -> number(text);
      case BOOLEAN -> List.of("true", "false").contains(text) ? Boolean.valueOf(text) : text;
      default -> unquoted(text);
    };
  }

  /** A list in brackets, or one element without. */
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

  // What is no number stays text: RecordMapper knows what to say of it.
  private static Object number(String text) {
    try {
      return new BigDecimal(text).longValueExact();
    } catch (NumberFormatException e) {
      return text;
    } catch (ArithmeticException e) {
      return Double.valueOf(text);
    }
  }
}
