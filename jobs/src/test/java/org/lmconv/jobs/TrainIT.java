package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;

/** Trains on the shipped digits through bin/lmconv, and goes on after a kill. */
class TrainIT {
  private static final String[] SETTINGS = {
    "model.filters=3",
    "train.rounds=8",
    "train.local-steps=1",
    "train.batch-size=2",
    "train.checkpoint-every=1",
    "train.keep-checkpoints=20",
    "train.ema-decay=0.5",
    "score.images=20",
    "orders=[s_curve/0, raster/3]"
  };
  private static final Pattern CRC = Pattern.compile("\"parameter_crc\" : (\\d+)");

  @TempDir private static Path folder;
  private static Result through;

  private static Launcher launcher() {
    // Short runs are over before the better of the JVM's two compilers pays.
    return new Launcher(folder)
        .with("LMCONV_SUBMIT_OPTS", "--driver-java-options -XX:TieredStopAtLevel=1");
  }

  private static String[] train(String run) {
    return Stream.concat(Stream.of("train", "run=" + run), Stream.of(SETTINGS))
        .toArray(String[]::new);
  }

  private static Path manifest(String run, int round) {
    return folder.resolve(run).resolve("checkpoints/round=%06d/manifest.json".formatted(round));
  }

  private static String crc(String run, int round) throws IOException {
    Matcher crc = CRC.matcher(Files.readString(manifest(run, round)));
    assertThat(crc.find()).isTrue();
    return crc.group(1);
  }

  /** The lines of the scores, from a heading to the ensemble. */
  private static List<String> scores(String printed) {
    return printed
        .lines()
        .filter(line -> line.contains("20 images of digits") || line.contains(" ± "))
        .toList();
  }

  @BeforeAll
  static void trainThrough() throws Exception {
    through = launcher().run(train("through"));
  }

  @Test
  void tellsHowItGoesAndWhereTheResultsAre() {
    assertThat(through.err()).isEmpty();
    assertThat(through.code()).isZero();
    assertThat(through.out())
        .startsWith("10000 images of digits, 28x28x1; 2 orders; ")
        .containsPattern("round 1/8  train \\d+\\.\\d\\d nats \\(\\d\\.\\d{4} bits/dim\\)")
        .contains("round 8/8  train ")
        .contains(
            "Parquet tables are in "
                + realFolder()
                + "/through: rounds, nll, nll_summary, checkpoints");
    // A heading and two orders and their ensemble; once more for the average of the parameters.
    assertThat(scores(through.out())).hasSize(8);
    assertThat(scores(through.out()).get(3)).startsWith("  ensemble ");
  }

  private static Path realFolder() {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nllOfTheRunPrintsTheSameScores() throws Exception {
    Result nll = launcher().run("nll", "run=through", "score.images=20");
    assertThat(nll.err()).isEmpty();
    assertThat(nll.code()).isZero();
    assertThat(scores(nll.out())).isEqualTo(scores(through.out()));
  }

  @Test
  void aRunThatIsKilledEndsAsIfItHadNotBeen() throws Exception {
    Process process = launcher().start(train("killed"));
    for (int i = 0; i < 1800 && !Files.exists(manifest("killed", 1)); i++) {
      Thread.sleep(100);
    }
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(manifest("killed", 1)).exists();
    assertThat(manifest("killed", 8)).as("killed before the end").doesNotExist();

    Result resumed = launcher().run(train("killed"));
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).contains("going on with run " + realFolder() + "/killed after round");
    assertThat(scores(resumed.out())).isEqualTo(scores(through.out()));
    assertThat(crc("killed", 8)).isEqualTo(crc("through", 8)).isNotEqualTo(crc("through", 1));
  }
}
