package org.lmconv.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The notebooks as they are stored, with the outputs that a code host shows. */
@ParameterizedClass
@ValueSource(strings = {"orders", "training", "completions"})
class StoredNotebooksTest {
  private static final Pattern PATHS =
      Pattern.compile("(?<![\\w.)\\]:/])/(tmp|home|root|work|usr|var|Users)/|[A-Z]:\\\\\\\\");
  private static final Pattern MODEL =
      Pattern.compile("org\\.lmconv\\.(model|jobs)|ai\\.djl|org\\.apache\\.spark");
  private static final int MOST_BYTES = 600_000;
  private static final int MOST_COLUMNS = 104; // more scrolls on code hosts

  @Parameter private String name;

  @Test
  void everyCodeCellRanAndShowsSomething() throws IOException {
    int number = 0;
    for (JsonObject cell : codeCells()) {
      number++;
      assertThat(cell.get("execution_count").getAsInt())
          .as("cells ran from the top")
          .isEqualTo(number);
      List<JsonObject> outputs = objects(cell.getAsJsonArray("outputs")).toList();
      if (!source(cell).strip().endsWith(";")) { // ends with an expression
        assertThat(outputs).as(source(cell)).hasSize(1);
      }
      for (JsonObject output : outputs) {
        assertThat(output.get("output_type").getAsString()).isEqualTo("execute_result");
        assertThat(output.getAsJsonObject("data").has("text/plain")).isTrue();
      }
    }
    assertThat(number).isGreaterThan(5);
  }

  @Test
  void picturesHaveWords() throws IOException {
    for (JsonObject cell : codeCells()) {
      for (JsonObject output : objects(cell.getAsJsonArray("outputs")).toList()) {
        if (output.getAsJsonObject("data").has("image/png")) {
          JsonObject metadata = output.getAsJsonObject("metadata").getAsJsonObject("image/png");
          assertThat(metadata.get("alt").getAsString()).hasSizeGreaterThan(10);
        }
      }
    }
  }

  @Test
  void nothingIsSaidToBeMissing() throws IOException {
    for (JsonObject cell : codeCells()) {
      assertThat(cell.getAsJsonArray("outputs").toString())
          .doesNotContain("in this run yet", "not been scored");
    }
  }

  @Test
  void theKernelIsThatOfJJava() throws IOException {
    JsonObject metadata = notebook().getAsJsonObject("metadata");
    assertThat(metadata.getAsJsonObject("kernelspec").toString())
        .isEqualTo("{\"display_name\":\"Java\",\"language\":\"java\",\"name\":\"java\"}");
    assertThat(metadata.getAsJsonObject("language_info").get("name").getAsString())
        .isEqualTo("Java");
    assertThat(source(codeCells().get(0))).startsWith("%classpath target/jars/*.jar\n");
  }

  @Test
  void nothingOfTheMachineOrOfAModelIsInIt() throws IOException {
    String text = Files.readString(file());
    assertThat(PATHS.matcher(text.replaceAll("\"image/png\": \"[^\"]*\"", "")).find()).isFalse();
    assertThat(MODEL.matcher(text).find()).isFalse();
    assertThat(text.length()).isLessThan(MOST_BYTES);
    for (JsonObject cell : cells().toList()) {
      assertThat(cell.getAsJsonObject("metadata").size())
          .as("times and other things that change")
          .isZero();
    }
  }

  @Test
  void cellsAreShortAndHaveNamesOfTheirOwn() throws IOException {
    Set<String> ids = new HashSet<>();
    cells().forEach(cell -> assertThat(ids.add(cell.get("id").getAsString())).isTrue());
    for (JsonObject cell : codeCells()) {
      assertThat(source(cell).lines().mapToInt(String::length))
          .allMatch(length -> length <= MOST_COLUMNS);
      assertThat(source(cell).lines().count()).isLessThanOrEqualTo(35);
    }
  }

  private Path file() {
    return Path.of(name + ".ipynb"); // tests run in the module's folder, where the notebooks are
  }

  private JsonObject notebook() throws IOException {
    return JsonParser.parseString(Files.readString(file())).getAsJsonObject();
  }

  private Stream<JsonObject> cells() throws IOException {
    return objects(notebook().getAsJsonArray("cells"));
  }

  private List<JsonObject> codeCells() throws IOException {
    return cells().filter(cell -> cell.get("cell_type").getAsString().equals("code")).toList();
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsJsonObject);
  }

  private static String source(JsonObject cell) {
    return cell.getAsJsonArray("source").asList().stream()
        .map(JsonElement::getAsString)
        .collect(Collectors.joining());
  }
}
