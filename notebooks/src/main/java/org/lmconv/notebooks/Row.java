package org.lmconv.notebooks;

import java.util.List;

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
    Object value = value(column);
    return value == null ? null : value.toString();
  }

  /** The value of a column of numbers; NaN where it is null. */
  public double number(String column) {
    Object value = value(column);
    if (value == null) {
      return Double.NaN;
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw notA("number", column);
  }

  /** The value of a column of whole numbers. */
  public int integer(String column) {
    if (value(column) instanceof Number number) {
      return Math.toIntExact(number.longValue());
    }
    throw notA("whole number", column);
  }

  /** The value of a binary column. */
  public byte[] bytes(String column) {
    if (value(column) instanceof byte[] bytes) {
      return bytes.clone();
    }
    throw notA("binary value", column);
  }

  Object value(String column) {
    return values.get(table.index(column));
  }

  private IllegalArgumentException notA(String kind, String column) {
    return new IllegalArgumentException(
        "column %s holds %s, which is no %s".formatted(column, value(column), kind));
  }
}
