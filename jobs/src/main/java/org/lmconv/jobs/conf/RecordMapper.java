package org.lmconv.jobs.conf;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.KebabCaseStrategy;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;

/**
 * Maps values to records whose components are the keys that they read, in kebab case; a component
 * that is a record reads a section. Stricter than Jackson is by itself: 3.7 is no whole number.
 */
final class RecordMapper {
  private static final JsonMapper JACKSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          // A record may read a part of a section; that keys exist is checked before.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          .addModule(strict())
          .build();

  private RecordMapper() {}

  /**
   * The record of these values.
   *
   * @throws UserError if one has the wrong type, or the record does not take it
   */
  static <T extends Record> T map(Config config, Class<T> type) {
    try {
      return JACKSON.convertValue(values(config, "", config.root()), type);
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof MismatchedInputException mismatch) {
        throw wrong(config, key(mismatch), mismatch.getOriginalMessage());
      }
      throw Causes.userError(e).orElseThrow(() -> e);
    }
  }

  /** Texts of numbers are as they were written: where a text is asked for, 1.50 is not 1.5. */
  private static Map<String, Object> values(Config config, String prefix, ConfigObject section) {
    Map<String, Object> values = new LinkedHashMap<>();
    section.forEach(
        (name, value) -> {
          String key = prefix + name;
          switch (value.valueType()) {
            case OBJECT -> values.put(name, values(config, key + ".", (ConfigObject) value));
            case LIST -> values.put(name, value.unwrapped());
            default -> values.put(name, config.getString(key));
          }
        });
    return values;
  }

  private static UserError wrong(Config config, String key, String allowed) {
    ConfigValue value = config.getValue(key);
    String shown =
        value.valueType() == ConfigValueType.STRING
            ? (String) value.unwrapped()
            : value.render(ConfigRenderOptions.concise());
    String must = allowed;
    if (ConfigLoader.reference().getValue(key).unwrapped() instanceof List<?> list) {
      boolean numbers = !list.isEmpty() && list.get(0) instanceof Number;
      must =
          numbers
              ? "a whole number or a list of them, such as [1, 2, 4]"
              : "a text or a list of texts";
    }
    String where = ConfigLoader.where(value.origin());
    return new UserError("%s=%s%s: must be %s".formatted(key, shown, where, must));
  }

  private static String key(JsonMappingException e) {
    return e.getPath().stream()
        .map(Reference::getFieldName)
        .filter(name -> name != null) // of an element of a list
        .collect(Collectors.joining("."));
  }

  /** The keys that a record reads, in the order of its components. */
  static List<String> keys(Class<?> type) {
    return keys("", type).toList();
  }

  private static Stream<String> keys(String prefix, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component -> {
              Class<?> inner = component.getType();
              if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                return keys(prefix, inner);
              }
              String key = prefix + KebabCaseStrategy.INSTANCE.translate(component.getName());
              return inner.isRecord() ? keys(key + ".", inner) : Stream.of(key);
            });
  }

  private static SimpleModule strict() {
    Scalar<Integer> count = new Scalar<>(Integer.class, "a whole number", RecordMapper::count);
    return new SimpleModule()
        .addDeserializer(Integer.TYPE, count)
        .addDeserializer(Integer.class, count)
        .addDeserializer(Long.TYPE, new Scalar<>(Long.class, "a whole number", RecordMapper::whole))
        .addDeserializer(
            Double.TYPE,
            new Scalar<>(Double.class, "a number", text -> new BigDecimal(text).doubleValue()))
        .addDeserializer(
            Boolean.TYPE, new Scalar<>(Boolean.class, "true or false", RecordMapper::flag))
        .addDeserializer(String.class, new Scalar<>(String.class, "a text", text -> text))
        .setDeserializerModifier(
            new BeanDeserializerModifier() {
              private static final long serialVersionUID = 1;

              @Override
              public JsonDeserializer<?> modifyEnumDeserializer(
                  DeserializationConfig config,
                  JavaType type,
                  BeanDescription description,
                  JsonDeserializer<?> deserializer) {
                return choice(type.getRawClass());
              }
            });
  }

  private static int count(String text) {
    long whole = whole(text);
    if (whole != (int) whole) {
      throw new IllegalStateException("at most " + Integer.MAX_VALUE + " in size");
    }
    return (int) whole;
  }

  private static long whole(String text) {
    return new BigDecimal(text).longValueExact();
  }

  private static Boolean flag(String text) {
    return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
  }

  private static Scalar<Object> choice(Class<?> type) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(((Enum<?>) constant).name().toLowerCase(Locale.ROOT), constant);
    }
    String allowed = Bounds.either(List.copyOf(constants.keySet()));
    return new Scalar<>(Object.class, allowed, constants::get);
  }

  /** Reads a text, number or flag from its text. */
  private static final class Scalar<T> extends JsonDeserializer<T> {
    private final Class<?> type;
    private final String allowed;
    private final Function<String, T> read;

    /**
     * @param read gives null or throws if the text is none; an {@code IllegalStateException} says
     *     what else is allowed
     */
    Scalar(Class<?> type, String allowed, Function<String, T> read) {
      this.type = type;
      this.allowed = allowed;
      this.read = read;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      String must = allowed;
      if (parser.currentToken().isScalarValue()) {
        try {
          T value = read.apply(parser.getText());
          if (value != null) {
            return value;
          }
        } catch (IllegalStateException e) {
          must = e.getMessage();
        } catch (NumberFormatException | ArithmeticException e) {
          must = allowed;
        }
      }
      throw MismatchedInputException.from(parser, type, must);
    }
  }
}
