package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.lmconv.jobs.base.UserError;

/**
 * Rows as JSON lines in a file, each written when it is known, so that a long measurement that is
 * stopped leaves some; and for people, a table of the fields that differ.
 */
final class Rows implements AutoCloseable {
  private static final Set<String> IN_TITLES = Set.of("name", "what", "order", "shape");

  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Path path;
  private final BufferedWriter writer;

  private Rows(Path path, BufferedWriter writer) {
    this.path = path;
    this.writer = writer;
  }

  /**
   * A row with the fields of these records, one after the other; a component {@code medianMs} is a
   * field {@code median_ms}.
   */
  static ObjectNode row(Record... records) {
    ObjectNode row = MAPPER.createObjectNode();
    for (Record each : records) {
      row.setAll(MAPPER.<ObjectNode>valueToTree(each));
    }
    return row;
  }

  /** Reads a row that was printed. */
  static ObjectNode read(String line) throws IOException {
    return MAPPER.readValue(line, ObjectNode.class);
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
    writer.write(row + "\n");
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
    List<String> lines = new ArrayList<>(Collections.nCopies(rows.size() + 1, ""));
    for (String name : names) {
      List<String> column = new ArrayList<>(List.of(name));
      rows.forEach(row -> column.add(cell(row.get(name))));
      int width = column.stream().mapToInt(String::length).max().getAsInt();
      lines.replaceAll(line -> line + ("  %" + width + "s").formatted(column.remove(0)));
    }
    lines.forEach(out::println);
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

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
