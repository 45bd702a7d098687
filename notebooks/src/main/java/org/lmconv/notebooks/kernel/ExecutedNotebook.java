package org.lmconv.notebooks.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says whether all cells of a notebook ran: {@code java -cp ... ExecutedNotebook FILE}. */
public final class ExecutedNotebook {
  private ExecutedNotebook() {}

  /** Ends with 0 if all cells ran, else with 1 and what is wrong with the first that did not. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Optional<String> fault = fault(file.getFileName().toString(), Files.readString(file));
    fault.ifPresent(System.err::println);
    System.exit(fault.isPresent() ? 1 : 0);
  }

  /**
   * The first cell that did not run, and the Java error.
   *
   * @param name of the notebook, to begin with
   * @param json the notebook
   */
  static Optional<String> fault(String name, String json) {
    int number = 0;
    for (JsonElement each :
        JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("cells")) {
      JsonObject cell = each.getAsJsonObject();
      if (cell.get("cell_type").getAsString().equals("code")) {
        number++;
        List<String> lines = fault(cell);
        if (!lines.isEmpty()) {
          return Optional.of(
              "%s, code cell %d (%s): %s"
                  .formatted(name, number, firstLine(cell), String.join("\n    ", lines)));
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> fault(JsonObject cell) {
    for (JsonElement each : cell.getAsJsonArray("outputs")) {
      JsonObject output = each.getAsJsonObject();
      if (output.get("output_type").getAsString().equals("error")) {
        List<String> lines = new ArrayList<>(List.of(output.get("ename").getAsString()));
        texts(output.getAsJsonArray("traceback")).forEach(lines::add);
        return lines;
      }
    }
    return cell.get("execution_count").isJsonNull()
        ? List.of("it did not run; did the kernel end?")
        : List.of();
  }

  /** Of the Java in the cell, to find it by. */
  private static String firstLine(JsonObject cell) {
    JsonElement source = cell.get("source");
    String text =
        source.isJsonArray()
            ? String.join("", texts(source.getAsJsonArray()))
            : source.getAsString();
    return text.lines().filter(line -> !line.isBlank()).findFirst().orElse("empty").strip();
  }

  private static List<String> texts(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }
}
