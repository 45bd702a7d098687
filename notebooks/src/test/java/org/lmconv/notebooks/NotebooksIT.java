package org.lmconv.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notebooks, executed by bin/notebooks in the jars that the build made. */
class NotebooksIT {
  /** What a command printed, and its exit code. */
  private record Result(int code, String printed) {}

  private static final List<String> STORED = List.of("orders", "training", "completions");

  @TempDir Path folder;

  @Test
  void allNotebooksShowASmallRunInColour() throws Exception {
    Path run = folder.resolve("small run");
    Fixtures.run(run);
    Result result = notebooks("run=" + run, "out=" + folder.resolve("out"));
    assertThat(result.printed())
        .contains("orders.ipynb: all cells ran", "completions.ipynb: all cells ran");
    assertThat(result.code()).isZero();
    String training = outputs(folder.resolve("out/training.ipynb"));
    assertThat(training)
        .contains("the run small run", "image/png")
        .doesNotContain("in this run yet");
    String completions = outputs(folder.resolve("out/completions.ipynb"));
    assertThat(completions).contains("image/png").doesNotContain("in this run yet");
    assertThat(outputs(folder.resolve("out/orders.ipynb"))).contains("image/png");
  }

  @Test
  void whatIsMissingInARunIsSaid() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Result result = notebooks("training", "completions", "run=" + empty, "out=" + folder);
    assertThat(result.code()).as(result.printed()).isZero();
    assertThat(outputs(folder.resolve("training.ipynb")))
        .contains("There are no rounds in this run yet");
    assertThat(outputs(folder.resolve("completions.ipynb")))
        .contains("There are no samples in this run yet");
  }

  @Test
  void aFailureNamesTheCellAndStoresNothing() throws Exception {
    Path broken = folder.resolve("broken");
    Fixtures.write(broken.resolve("rounds"), "SELECT 'three' AS round");
    Result result = notebooks("training", "run=" + broken, "out=" + folder);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.printed())
        .startsWith(
            "training.ipynb, code cell 3 (Table rounds = run.query(\"\"\"):"
                + " IllegalArgumentException: ")
        .contains("column round holds three, which is no number", " of this cell");
    assertThat(folder.resolve("training.ipynb")).doesNotExist();
  }

  @Test
  void faultsOfTheCallerAreToldInOneLine() throws Exception {
    assertThat(notebooks("nothing"))
        .isEqualTo(
            new Result(
                2,
                "notebooks: what is nothing? Known are orders, training, completions, run=DIR,"
                    + " out=DIR and lab\n"));
    String missing = folder.resolve("missing").toString();
    assertThat(notebooks("run=" + missing).printed())
        .isEqualTo(
            "notebooks: there is no run in %s: bin/lmconv train run=%1$s makes one\n"
                .formatted(missing));
  }

  /** Runs the command from another folder and through a link; the stored notebooks stay. */
  private Result notebooks(String... words) throws IOException, InterruptedException {
    List<String> before = stored();
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of("..", "bin", "notebooks").toRealPath());
    List<String> command = new ArrayList<>(List.of(link.toString()));
    command.addAll(List.of(words));
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(stored()).isEqualTo(before);
    Files.delete(link);
    return new Result(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
  }

  /** What the cells of a notebook show, without the cells. */
  private static String outputs(Path notebook) throws IOException {
    JsonObject json = JsonParser.parseString(Files.readString(notebook)).getAsJsonObject();
    return json.getAsJsonArray("cells").asList().stream()
        .map(cell -> String.valueOf(cell.getAsJsonObject().get("outputs")))
        .collect(Collectors.joining("\n"));
  }

  private static List<String> stored() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String name : STORED) {
      texts.add(Files.readString(Path.of(name + ".ipynb")));
    }
    return texts;
  }
}
