package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmconv.jobs.base.UserError;

/**
 * Rows as JSON lines in a file, each written when it is known, so that a long measurement that is
 * stopped leaves some; and for people, a table of the fields that differ.
 */
final class Rows implements AutoCloseable {
  private static final Set<String> IN_TITLES = Set.of("name", "what", "order", "shape");

  private final Path path;
  private final BufferedWriter writer;

  private Rows(Path path, BufferedWriter writer) {
    this.path = path;
    this.writer = writer;
  }

  /**
   * Opens the file, in place of an older one.
   *
   * @throws UserError if it cannot be written
   */
  static Rows create(String name) {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        throw new UserError("out=" + name + " is a folder; name a file such as bench.jsonl in it");
      }
      return new Rows(path, Files.newBufferedWriter(path, UTF_8));
    } catch (IOException | InvalidPathException e) {
      throw new UserError(
          "out=%s cannot be written; name a file in a folder that is there".formatted(name), e);
    }
  }

  Path path() {
    return path;
  }

  void write(ObjectNode row) throws IOException {
    writer.write(Json.line(row) + "\n");
    writer.flush();
  }

  /**
   * Prints rows that have the same fields under their names.
   *
   * @param title above them
   */
  static void print(String title, List<ObjectNode> rows, PrintStream out) {
    out.println(title);
    List<String> names = new ArrayList<>();
    rows.get(0).fieldNames().forEachRemaining(names::add);
    names.removeAll(IN_TITLES);
    List<List<String>> columns =
        names.stream()
            .map(name -> Stream.concat(Stream.of(name), cells(rows, name)).toList())
            .toList();
    for (int line = 0; line <= rows.size(); line++) {
      int each = line;
      out.println(
          columns.stream()
              .map(column -> "  " + padded(column, each))
              .collect(Collectors.joining()));
    }
  }

  private static Stream<String> cells(List<ObjectNode> rows, String name) {
    return rows.stream().map(row -> cell(row.get(name)));
  }

  private static String cell(JsonNode value) {
    if (value.isNull()) {
      return "-";
    }
    boolean tiny = Math.abs(value.asDouble()) < 0.01;
    return value.isFloatingPointNumber()
        ? (tiny ? "%.1e" : "%.2f").formatted(value.doubleValue())
        : value.asText();
  }

  private static String padded(List<String> column, int line) {
    int width = column.stream().mapToInt(String::length).max().orElseThrow();
    return ("%" + width + "s").formatted(column.get(line));
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
