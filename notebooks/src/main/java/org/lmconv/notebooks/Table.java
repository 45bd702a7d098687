package org.lmconv.notebooks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answer to a query: named columns, and rows in the query's order. */
public final class Table implements Shown {
  /** More rows than a reader looks at, and than a stored notebook should hold. */
  private static final int MOST_SHOWN = 50;

  private final List<String> columns;
  private final List<Row> rows = new ArrayList<>();
  private final String whenEmpty;

  Table(List<String> columns, List<List<Object>> values) {
    this.columns = List.copyOf(columns);
    this.whenEmpty = "No rows.";
    values.forEach(each -> rows.add(new Row(this, each)));
  }

  private Table(Table table, String whenEmpty) {
    this.columns = table.columns;
    this.rows.addAll(table.rows);
    this.whenEmpty = whenEmpty;
  }

  /** The same table, which says a sentence in Markdown instead of showing no rows. */
  public Table orSay(String sentence) {
    return new Table(this, sentence);
  }

  /** The number of rows. */
  public int size() {
    return rows.size();
  }

  /** Whether there are no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The rows, first to last. */
  public Stream<Row> rows() {
    return rows.stream();
  }

  /** A column of numbers, [rows]; NaN where it is null. */
  public double[] numbers(String column) {
    return rows().mapToDouble(row -> row.number(column)).toArray();
  }

  /** A column as texts, [rows]. */
  public List<String> texts(String column) {
    index(column); // also without rows a wrong name is a fault
    return rows().map(row -> row.text(column)).collect(Collectors.toList());
  }

  int index(String column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(
          "there is no column %s; there are %s".formatted(column, String.join(", ", columns)));
    }
    return index;
  }

  @Override
  public String text() {
    String table = lines().collect(Collectors.joining("\n"));
    return isEmpty() ? whenEmpty : more().isEmpty() ? table : table + "\n" + more();
  }

  @Override
  public Map<String, String> rich() {
    return isEmpty() ? Map.of("text/markdown", whenEmpty) : Map.of("text/html", html());
  }

  private String html() {
    StringBuilder html = new StringBuilder("<table>\n<tr>");
    columns.forEach(column -> html.append("<th>").append(escape(column)).append("</th>"));
    html.append("</tr>\n");
    for (Row row : rows.subList(0, shown())) {
      html.append("<tr>");
      for (String column : columns) {
        boolean number = row.value(column) instanceof Number;
        html.append(number ? "<td align=\"right\">" : "<td align=\"left\">");
        html.append(escape(format(row.value(column)))).append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</table>");
    return more().isEmpty() ? html.toString() : html + "\n<p>" + more() + "</p>";
  }

  private Stream<String> lines() {
    Stream<String> body =
        rows.subList(0, shown()).stream()
            .map(row -> columns.stream().map(column -> format(row.value(column))))
            .map(texts -> texts.collect(Collectors.joining(" | ")));
    return Stream.concat(Stream.of(String.join(" | ", columns)), body);
  }

  private int shown() {
    return Math.min(size(), MOST_SHOWN);
  }

  private String more() {
    return size() > MOST_SHOWN ? "… and %d more rows".formatted(size() - MOST_SHOWN) : "";
  }

  /** Four digits of what is measured are enough to read; counts have all of theirs. */
  static String format(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (!Double.isFinite(number)) {
        return String.valueOf(number);
      }
      return new BigDecimal(number).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }
    return value == null ? "" : value.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
