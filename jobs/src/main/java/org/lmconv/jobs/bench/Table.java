package org.lmconv.jobs.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmconv.jobs.conf.BenchConfig.What;

/**
 * Rows for people: those of one computation, order and shape together under a title.
 *
 * @param columns of a row
 * @param legend says what they mean
 */
record Table(List<Column> columns, String legend) {
  private static final List<Column> TIMES =
      List.of(
          new Column("median ms", 11, "median_ms", "%.2f"),
          new Column("min", 10, "min_ms", "%.2f"),
          new Column("p10", 10, "p10_ms", "%.2f"),
          new Column("p90", 10, "p90_ms", "%.2f"),
          new Column("runs", 5, "repetitions", "%.0f"),
          new Column("peak MB", 8, "peak_rss_mb", "%.0f"));

  private static final List<Column> VARIANT =
      List.of(new Column("variant", -8, "variant", ""), new Column("style", -9, "style", ""));

  /**
   * A column.
   *
   * @param title above it
   * @param width in characters; negative to have texts at the left
   * @param field of the row
   * @param format of a number
   */
  private record Column(String title, int width, String field, String format) {
    String cell(ObjectNode row) {
      JsonNode value = row.path(field);
      return value.isNumber()
          ? format.formatted(value.doubleValue())
          : value.isTextual() ? value.textValue() : "-";
    }

    String padded(String text) {
      return ("%" + width + "s").formatted(text);
    }
  }

  /** The table for a value of the key "what". */
  static Table of(What what) {
    return switch (what) {
      case LAYER, STEP, SCORING ->
          new Table(
              join(
                  VARIANT,
                  TIMES,
                  List.of(
                      new Column("x im2col", 9, "ratio_to_im2col", "%.2f"),
                      new Column("/ plain", 8, "ratio_to_plain", "%.2f"))),
              "x im2col: how many times faster than im2col (its median by this one);"
                  + " / plain: time in units of plain fused (this median by that one)");
      case GROWTH ->
          new Table(
              join(
                  VARIANT,
                  TIMES,
                  List.of(
                      new Column("start MB", 9, "rss_start_mb", "%.1f"),
                      new Column("end MB", 9, "rss_end_mb", "%.1f"),
                      new Column("growth MB", 10, "growth_mb", "%.1f"))),
              "start, end: resident memory after the first 50 steps and after all; growth: between");
      case PRECISION -> precisions();
      case SAMPLE -> samples();
      case NLL -> jobs();
      case ROUND -> rounds();
    };
  }

  private static Table precisions() {
    return new Table(
        join(
            List.of(new Column("precision", -10, "precision", "")),
            TIMES,
            List.of(new Column("error", 9, "gradient_error", "%.1e"))),
        "error: largest of an element of the gradient, against float32 im2col on the CPU,"
            + " in units of the largest element");
  }

  private static Table samples() {
    return new Table(
        join(
            List.of(new Column("variant", -12, "variant", "")),
            TIMES.subList(0, TIMES.size() - 1), // without the memory
            List.of(
                new Column("passes", 8, "forward_passes", "%.1f"),
                new Column("x full", 8, "ratio_to_full_forward", "%.1f"))),
        "ms of all steps of a batch; passes: in units of a forward pass of the batch; x full: how"
            + " many times faster than a forward pass per step");
  }

  private static Table jobs() {
    return new Table(
        join(
            List.of(new Column("variant", -12, "variant", "")),
            TIMES.subList(0, TIMES.size() - 1), // without the memory
            List.of(
                new Column("images/s", 9, "images_per_second", "%.1f"),
                new Column("of loop", 8, "ratio_to_loop", "%.2f"))),
        "job: the Spark job, from the table to rows on disk; loop: the model alone, images in memory;"
            + " of loop: images per second in units of the loop's");
  }

  private static Table rounds() {
    return new Table(
        join(
            List.of(
                new Column("workers", 7, "workers", "%.0f"),
                new Column("parameters", 11, "parameters", "%,.0f"),
                new Column("exchange", -8, "exchange", "")),
            TIMES.subList(0, TIMES.size() - 1), // without the memory
            List.of(
                new Column("broadcast ms", 12, "broadcast_ms", "%.2f"),
                new Column("exchange ms", 11, "exchange_ms", "%.2f"),
                new Column("update ms", 9, "update_ms", "%.2f"),
                new Column("bytes down", 13, "bytes_down", "%,.0f"),
                new Column("bytes up", 13, "bytes_up", "%,.0f"),
                new Column("to the driver", 13, "driver_bytes", "%,.0f"))),
        "ms of a whole round in which no worker computes; broadcast, exchange (scheduling and"
            + " transport), update: medians of its parts; bytes of vectors, of all workers together");
  }

  private static List<Column> join(List<Column> first, List<Column> second, List<Column> third) {
    return Stream.of(first, second, third).flatMap(List::stream).toList();
  }

  void print(List<ObjectNode> rows, PrintStream out) {
    String title = null;
    for (ObjectNode row : rows) {
      String own = title(row);
      if (!own.equals(title)) {
        title = own;
        out.println(title);
        out.println(columns.stream().map(c -> c.padded(c.title())).collect(line()));
      }
      out.println(columns.stream().map(c -> c.padded(c.cell(row))).collect(line()));
    }
    out.println(legend);
  }

  private static String title(ObjectNode row) {
    if (!row.has("order")) {
      return "%s, transport %s"
          .formatted(row.get("name").textValue(), row.get("transport").textValue());
    }
    return "%s, order %s, %s"
        .formatted(
            row.get("name").textValue(),
            row.get("order").textValue(),
            row.get("shape").textValue());
  }

  private static Collector<CharSequence, ?, String> line() {
    return Collectors.joining("  ", "  ", "");
  }
}
