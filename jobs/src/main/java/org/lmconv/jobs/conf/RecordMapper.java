package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;

/**
 * Makes records whose components are the keys that they read, in kebab case. A component that is a
 * record reads the section of its name or, where there is none, keys beside the others. Stricter
 * than HOCON: 3.7 is no whole number.
 */
final class RecordMapper {
  private RecordMapper() {}

  /** How a text is read: {@code read} gives null or throws if it is not what is allowed. */
  private record Scalar(String allowed, Function<String, Object> read) {}

  /**
   * The record of these values.
   *
   * @throws UserError if one has the wrong type, or the record does not take it
   */
  static <T extends Record> T map(Config values, Class<T> type) {
    return type.cast(record(values, "", type));
  }

  private static Object record(Config values, String prefix, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] arguments =
        Arrays.stream(components).map(component -> value(values, prefix, component)).toArray();
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true); // of private records
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw Causes.userError(e).orElseThrow(() -> new IllegalStateException(e));
    }
  }

  private static Object value(Config values, String prefix, RecordComponent component) {
    Class<?> type = component.getType();
    String key = key(prefix, component);
    if (type.isRecord()) {
      return record(values, section(prefix, key), type);
    }
    ConfigValue value = values.getValue(key);
    try {
      return type == List.class ? list(component, value) : read(scalar(type), value);
    } catch (IllegalArgumentException e) {
      throw wrong(key, value, e.getMessage());
    }
  }

  /** The keys that a record reads, in the order of its components. */
  static List<String> keys(Class<?> type) {
    return keys("", type).toList();
  }

  private static Stream<String> keys(String prefix, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component -> {
              String key = key(prefix, component);
              Class<?> inner = component.getType();
              return inner.isRecord() ? keys(section(prefix, key), inner) : Stream.of(key);
            });
  }

  private static String key(String prefix, RecordComponent component) {
    return prefix + component.getName().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
  }

  private static String section(String prefix, String key) {
    return ConfigLoader.isSection(key) ? key + "." : prefix;
  }

  private static List<?> list(RecordComponent component, ConfigValue value) {
    var type = (ParameterizedType) component.getGenericType();
    Class<?> element = (Class<?>) type.getActualTypeArguments()[0];
    List<ConfigValue> elements = value instanceof ConfigList list ? list : List.of(value);
    try {
      return elements.stream().map(each -> read(scalar(element), each)).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          element == Integer.class
              ? "a whole number or a list of them, such as [1, 2, 4]"
              : "a text or a list of texts",
          e);
    }
  }

  // From its text as it was written: where a text is asked for, 1.50 is not 1.5.
  private static Object read(Scalar scalar, ConfigValue value) {
    try {
      Object read = scalar.read().apply(value.atKey("it").getString("it"));
      if (read != null) {
        return read;
      }
    } catch (ConfigException | NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(scalar.allowed(), e);
    }
    throw new IllegalArgumentException(scalar.allowed());
  }

  private static Scalar scalar(Class<?> type) {
    if (type.isEnum()) {
      Map<String, Object> constants = new LinkedHashMap<>();
      for (Object constant : type.getEnumConstants()) {
        constants.put(((Enum<?>) constant).name().toLowerCase(Locale.ROOT), constant);
      }
      return new Scalar(Bounds.either(List.copyOf(constants.keySet())), constants::get);
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer" -> new Scalar("a whole number", RecordMapper::count);
      case "long" -> new Scalar("a whole number", RecordMapper::whole);
      case "double" -> new Scalar("a number", text -> new BigDecimal(text).doubleValue());
      case "boolean" ->
          new Scalar("true or false", Map.<String, Object>of("true", true, "false", false)::get);
      case "String" -> new Scalar("a text", text -> text);
      default -> throw new IllegalStateException("no key is a " + type);
    };
  }

  private static int count(String text) {
    long whole = whole(text);
    if (whole != (int) whole) {
      throw new IllegalArgumentException("at most " + Integer.MAX_VALUE + " in size");
    }
    return (int) whole;
  }

  private static long whole(String text) {
    return new BigDecimal(text).longValueExact();
  }

  private static UserError wrong(String key, ConfigValue value, String allowed) {
    String shown =
        value.valueType() == ConfigValueType.STRING
            ? (String) value.unwrapped()
            : value.render(ConfigRenderOptions.concise());
    String where = ConfigLoader.where(value.origin());
    return new UserError("%s=%s%s: must be %s".formatted(key, shown, where, allowed));
  }
}
