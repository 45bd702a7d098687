package org.lmconv.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.convert.ImportForTests;
import org.lmconv.jobs.data.TableFiles;
import org.lmconv.jobs.format.GoldenPth;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.train.TrainForTests;
import org.lmconv.orders.Npz;

/** An imported checkpoint has the scores that the authors' own program printed for it. */
class ImportedScoresTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void importIt() throws IOException {
    Path file = GoldenPth.copy("main_cli", folder);
    ImportForTests.run("from=" + file, "run=" + folder.resolve("run"));
    TableFiles.writeRings(folder.resolve("rings"));
  }

  @ParameterizedTest
  @CsvSource({
    "all8, s_curve/*, all, 9",
    "single, s_curve/0, all, 2",
    "top_masks13, '[s_curve/1, s_curve/3]', top, 3"
  })
  void nats(String name, String orders, String region, int rowsPerImage) throws IOException {
    Path out = folder.resolve(name);
    new ScoredRun(folder.resolve("run"), "")
        .nll(out, "data=" + folder.resolve("rings"), "orders=" + orders, "region=" + region);
    double expected = Npz.resource("main_cli.npz").floats(name + "_nats")[0];
    assertThat(ScoredRun.rows(out)).hasSize(6 * rowsPerImage);
    assertThat(
            ScoredRun.rows(out).stream()
                .filter(ScoredRun::isEnsemble)
                .mapToDouble(ScoredRun::nats)
                .average()
                .orElseThrow())
        .isCloseTo(expected, within(1e-4 * expected));
  }

  @Test
  void trainingGoesOn() throws IOException {
    String run = folder.resolve("trained").toString();
    ImportForTests.run("from=" + folder.resolve("main_cli.pth"), "run=" + run);
    String printed =
        TrainForTests.goOn("run=" + run, "data=" + folder.resolve("rings"), "train.rounds=14");
    assertThat(printed)
        .contains("as run " + run + " was set up: ")
        .contains(" model.filters=3 ")
        .contains("going on with run " + run + " after round 12\n");
    Checkpoint trained = SavedModel.find(new Configuration(), run);
    assertThat(trained.state().inner().step()).isEqualTo(14);
    assertThat(trained.state().imagesSeen()).isEqualTo(2 * 14);
  }
}
