package org.lmconv.jobs.page;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The numbers of a chart, and what a reader is told of them. Gaps are null.
 *
 * @param id unique in the page
 * @param kind how it is drawn
 * @param title what is shown
 * @param summary the same in a sentence, for those who do not see it
 * @param x name and unit of the horizontal axis
 * @param y name and unit of the vertical axis
 * @param top where the vertical axis ends; null is with the greatest number
 * @param categories names of the places along x; empty where x is a number
 * @param series what is compared, in the order of the legend
 * @param sql the query that gave these numbers, for DuckDB
 */
record Chart(
    String id,
    Kind kind,
    String title,
    String summary,
    String x,
    String y,
    Double top,
    List<String> categories,
    List<Series> series,
    String sql) {

  /** How numbers are drawn. */
  enum Kind {
    /** A line per series over numbers. */
    LINES,
    /** A point with error bars per series and category. */
    POINTS,
    /** A column per series over numbers, the middles of bins. */
    HISTOGRAM,
    /** A horizontal bar per category, of the series one behind the other. */
    STACKED
  }

  /**
   * A line, or the points of one colour.
   *
   * @param x [points]; empty where the chart has categories
   * @param y [points]
   * @param error [points] half the length of the error bars, one standard error; or empty
   */
  record Series(String name, List<? extends Number> x, List<Double> y, List<Double> error) {
    /** Without error bars. */
    static Series of(String name, List<? extends Number> x, List<Double> y) {
      return new Series(name, x, y, List.of());
    }
  }

  /** A column of numbers; gaps are null. */
  static List<Double> column(List<Row> rows, String name) {
    return rows.stream().map(row -> row.<Number>getAs(name)).map(Chart::real).toList();
  }

  private static Double real(Number number) {
    return number == null ? null : (Double) number.doubleValue();
  }
}
