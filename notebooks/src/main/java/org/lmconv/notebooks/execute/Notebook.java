package org.lmconv.notebooks.execute;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lmconv.notebooks.Shown;
import org.lmconv.notebooks.execute.Cells.CellFault;

/** An .ipynb file, as nbformat 4.5 has it, whose outputs are made anew. */
public final class Notebook {
  private static final String CLASSPATH = "%classpath ";
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final String name;
  private final JsonObject json;

  Notebook(String name, String json) {
    this.name = name;
    this.json = JsonParser.parseString(json).getAsJsonObject();
  }

  /**
   * Executes notebooks of the working directory: {@code java -cp … Notebook OUT NAME …}. Ends with
   * 0 if all cells ran; else with 1 and what is wrong with the first that did not, and the notebook
   * is not written.
   */
  public static void main(String[] args) throws IOException {
    Path out = Path.of(args[0]);
    for (String name : List.of(args).subList(1, args.length)) {
      String file = name + ".ipynb";
      long begun = System.nanoTime();
      Notebook notebook = new Notebook(file, Files.readString(Path.of(file)));
      try {
        notebook.execute();
      } catch (CellFault e) {
        System.err.println(e.getMessage());
        System.exit(1);
      }
      Path written = Files.writeString(out.resolve("." + file), notebook.text());
      Files.move(written, out.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      System.out.printf("%s: all cells ran, %.0f s%n", file, (System.nanoTime() - begun) * 1e-9);
    }
    System.exit(0); // a cell may have left threads
  }

  /**
   * Runs all cells.
   *
   * @throws CellFault at the first that does not run to its end
   */
  void execute() throws CellFault {
    int number = 0;
    try (Cells cells = new Cells()) {
      for (JsonElement each : json.getAsJsonArray("cells")) {
        JsonObject cell = each.getAsJsonObject();
        if (cell.get("cell_type").getAsString().equals("code")) {
          number++;
          cell.addProperty("execution_count", number);
          cell.add("outputs", outputs(cells, source(cell), number));
        }
      }
    }
  }

  private JsonArray outputs(Cells cells, String source, int number) throws CellFault {
    JsonArray outputs = new JsonArray();
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Object value = cells.run(magics(cells, source));
      if (printed.size() > 0) {
        outputs.add(stream(printed.toString(StandardCharsets.UTF_8)));
      }
      if (value != null) {
        outputs.add(result(value, number));
      }
      return outputs;
    } catch (CellFault e) {
      String first = source.lines().filter(line -> !line.isBlank()).findFirst().orElse("empty");
      String told = "%s, code cell %d (%s): %s";
      throw new CellFault(List.of(told.formatted(name, number, first.strip(), e.getMessage())));
    } finally {
      System.setOut(out);
    }
  }

  /** Lines that begin with a magic become empty, so that the others keep their numbers. */
  private static String magics(Cells cells, String source) throws CellFault {
    List<String> lines = new ArrayList<>();
    for (String line : source.split("\n", -1)) {
      if (line.startsWith(CLASSPATH)) {
        addToClasspath(cells, line.substring(CLASSPATH.length()).strip());
      } else if (line.startsWith("%")) {
        throw new CellFault(List.of("of magics only %classpath is known, not " + line));
      }
      lines.add(line.startsWith("%") ? "" : line);
    }
    return String.join("\n", lines);
  }

  private static void addToClasspath(Cells cells, String glob) throws CellFault {
    Path pattern = Path.of(glob);
    String files = pattern.getFileName().toString();
    int jars = 0;
    try (DirectoryStream<Path> found = Files.newDirectoryStream(pattern.getParent(), files)) {
      for (Path jar : found) {
        cells.addToClasspath(jar.toString());
        jars++;
      }
    } catch (IOException e) {
      jars = 0; // the folder is not there either
    }
    if (jars == 0) {
      throw new CellFault(
          List.of("there is no %s: build LMConv, which bin/notebooks does".formatted(glob)));
    }
  }

  private static JsonObject stream(String text) {
    JsonObject output = new JsonObject();
    output.addProperty("name", "stdout");
    output.addProperty("output_type", "stream");
    output.add("text", lines(text));
    return output;
  }

  private static JsonObject result(Object value, int number) {
    Map<String, String> all = new TreeMap<>();
    all.put("text/plain", String.valueOf(value));
    JsonObject metadata = new JsonObject();
    if (value instanceof Shown shown) {
      all.put("text/plain", shown.text());
      all.putAll(shown.rich());
      JsonObject alt = new JsonObject();
      alt.addProperty("alt", shown.text());
      all.keySet().stream()
          .filter(type -> type.startsWith("image/"))
          .forEach(type -> metadata.add(type, alt));
    }
    JsonObject data = new JsonObject();
    all.forEach(
        (type, text) ->
            data.add(type, type.startsWith("text/") ? lines(text) : new JsonPrimitive(text)));
    JsonObject output = new JsonObject();
    output.add("data", data);
    output.addProperty("execution_count", number);
    output.add("metadata", metadata);
    output.addProperty("output_type", "execute_result");
    return output;
  }

  /** With the ends of the lines, as notebooks store texts. */
  private static JsonArray lines(String text) {
    JsonArray lines = new JsonArray();
    for (String line : text.split("(?<=\n)")) {
      lines.add(line);
    }
    return lines;
  }

  private static String source(JsonObject cell) {
    JsonElement source = cell.get("source");
    return source.isJsonArray()
        ? String.join(
            "", source.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList())
        : source.getAsString();
  }

  /** As Jupyter writes it. */
  String text() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = GSON.newJsonWriter(text)) {
      writer.setIndent(" ");
      GSON.toJson(json, writer);
    }
    return text + "\n";
  }
}
