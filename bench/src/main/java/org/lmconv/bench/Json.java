package org.lmconv.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;

/** Records as JSON on one line; a component {@code medianMs} is a field {@code median_ms}. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private Json() {}

  /** A row with the fields of these records, one after the other. */
  static ObjectNode row(Record... records) {
    ObjectNode row = MAPPER.createObjectNode();
    for (Record each : records) {
      row.setAll(MAPPER.<ObjectNode>valueToTree(each));
    }
    return row;
  }

  /** One line, without its end. */
  static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  /** Reads {@link #line}. */
  static <T> T read(String line, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(line, type);
  }
}
