package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;

/** The programs in jobs/examples, run by the commands that they say. */
class ExamplesIT {
  private static final int SECONDS = 180;

  @TempDir private Path folder;

  @Test
  void scoresImagesFromAProgram() throws IOException, InterruptedException {
    Result trained =
        new Launcher(folder)
            .run(
                "train",
                "run=run",
                "model.filters=3",
                "train.rounds=2",
                "orders=raster/0",
                "score.images=2");
    assertThat(trained.code()).as(trained.err()).isZero();
    Result scored = java("jobs/examples/ScoreImages.java", folder.resolve("run").toString());
    assertThat(scored.err()).isEmpty();
    assertThat(scored.code()).isZero();
    // Digits 0 to 9, 200 in all.
    assertThat(scored.out().lines().filter(line -> line.matches("\\|\\d .*mnist/test/.*")))
        .hasSize(10);
  }

  private Result java(String... words) throws IOException, InterruptedException {
    Path out = folder.resolve("java-out.txt");
    Path err = folder.resolve("java-err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@jobs/examples/java.options")
            .directory(Launcher.HOME.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.command().addAll(List.of(words));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
