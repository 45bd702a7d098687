package org.lmconv.notebooks;

import java.util.List;
import java.util.Objects;

/** A row of a table. */
public final class Row {
  private final Table table;
  private final List<Object> values;

  Row(Table table, List<Object> values) {
    this.table = table;
    this.values = values;
  }

  /** The value of a column as text, or null. */
  public String text(String column) {
    return Objects.toString(value(column), null);
  }

  /** The value of a column of numbers; NaN where it is null. */
  public double number(String column) {
    return value(column) == null ? Double.NaN : value(column, Number.class, "number").doubleValue();
  }

  /** The value of a column of whole numbers. */
  public int integer(String column) {
    return Math.toIntExact(value(column, Number.class, "whole number").longValue());
  }

  /** The value of a binary column. */
  public byte[] bytes(String column) {
    return value(column, byte[].class, "binary value").clone();
  }

  Object value(String column) {
    return values.get(table.index(column));
  }

  private <T> T value(String column, Class<T> type, String kind) {
    Object value = value(column);
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new IllegalArgumentException(
        "column %s holds %s, which is no %s".formatted(column, value, kind));
  }
}
