package org.lmconv.jobs.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.Keys.AverageKeys;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.train.TrainForTests;

class AverageTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void trainModel() throws IOException {
    TrainForTests.train(
        "run=" + folder.resolve("run"),
        "data=" + TinyRuns.table(folder),
        "train.checkpoint-every=1",
        "train.ema-decay=0.5");
  }

  private static String average(String to, String... words) throws IOException {
    Printed out = new Printed();
    List<String> all =
        new ArrayList<>(List.of("run=" + folder.resolve("run"), "to=" + folder.resolve(to)));
    all.addAll(List.of(words));
    Average.run(ConfigLoader.load(Optional.empty(), all, "average", AverageKeys.class), out);
    return out.text();
  }

  private static Checkpoint read(String directory) throws IOException {
    return SavedModel.find(new Configuration(), folder.resolve(directory).toString());
  }

  private static float[] ofRound(int round) throws IOException {
    return read("run/checkpoints/round=%06d".formatted(round)).state().parameters().values();
  }

  @Test
  void isTheMeanOfTheLast() throws IOException {
    assertThat(average("mean"))
        .contains("the mean of round=000002, round=000003, round=000004 of run ");
    Checkpoint mean = read("mean");
    float[] second = ofRound(2);
    float[] third = ofRound(3);
    float[] fourth = ofRound(4);
    float[] expected = new float[second.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (float) (((double) second[i] + third[i] + fourth[i]) / 3);
    }
    assertThat(mean.state().parameters().values()).isEqualTo(expected);
    assertThat(mean.state().round()).isEqualTo(4);
    assertThat(mean.state().ema()).isEmpty();
    assertThat(mean.state().inner()).isEqualTo(new InnerState.Fresh());
    assertThat(mean.config().model()).isEqualTo(read("run").config().model());
  }

  @Test
  void ofOneIsThatOne() throws IOException {
    average("one", "last=1");
    assertThat(read("one").state().parameters()).isEqualTo(read("run").state().parameters());
  }

  @Test
  void trainingMayGoOnFromIt() throws IOException {
    average("more", "last=2");
    String printed = TrainForTests.goOn("run=" + folder.resolve("more"), "train.rounds=5");
    assertThat(printed).contains("after round 4\n");
    assertThat(read("more").state().round()).isEqualTo(5);
  }

  @Test
  void faultsAreToldInWords() throws IOException {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> average("none", "last=4"))
        .withMessage(
            "last=4, but run=%s has 3 checkpoints; train with train.keep-checkpoints=4, or average"
                + " fewer",
            folder.resolve("run"));
    assertThat(folder.resolve("none")).doesNotExist();
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> average("run"))
        .withMessageContaining("is there already, and not empty; name a new directory");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> average("none", "last=0"))
        .withMessage("last=0: must be at least 1");
  }
}
