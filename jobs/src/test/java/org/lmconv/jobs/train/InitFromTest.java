package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/** New runs that start from the weights of another one. */
class InitFromTest {
  @TempDir private static Path folder;
  private static String data;
  private static Checkpoint source;

  @BeforeAll
  static void trainSource() throws IOException {
    data = TinyRuns.table(folder);
    String run = folder.resolve("source").toString();
    TrainForTests.train("run=" + run, "data=" + data, "train.ema-decay=0.5");
    source = SavedModel.find(new Configuration(), run);
  }

  private static JobConfig config(String... words) throws IOException {
    List<String> all =
        Stream.concat(
                Stream.of("init-from=" + folder.resolve("source"), "seed=7"), Stream.of(words))
            .toList();
    JobConfig given = ConfigLoader.load(Optional.empty(), all, "train", TrainKeys.class);
    return Train.settings(new Configuration(), given, new Printed());
  }

  @ParameterizedTest
  @CsvSource({
    "model.likelihood=bernoulli, 1, none is fresh, ''",
    "model.likelihood=logistic_mixture, 1, fresh are the layers nin_out, nin_out.",
    "model.likelihood=logistic_mixture, 3, 'fresh are the layers u_init, nin_out',"
        + " 'u_init.,nin_out.'"
  })
  void onlyLayersThatDifferAreFresh(String word, int channels, String told, String fresh)
      throws IOException {
    JobConfig config = config(word, "run=" + folder.resolve("new"));
    ModelSpec model = config.model().spec(new ImageShape(channels, 6, 5));
    Printed out = new Printed();
    ParameterVector begun = new FirstState(new Configuration(), config, model, out).parameters();
    assertThat(out.text())
        .startsWith("starting from %s (round 4, ema): ".formatted(folder.resolve("source")))
        .endsWith("; " + told + "\n");

    ParameterLayout layout = model.newNetwork().layout();
    ParameterLayout theirs = source.model().newNetwork().layout();
    ParameterVector random = layout.draw(7);
    for (ParameterSpec spec : layout.specs()) {
      boolean isFresh =
          !fresh.isEmpty() && Arrays.stream(fresh.split(",")).anyMatch(spec.name()::startsWith);
      ParameterVector from = isFresh ? random : source.weights();
      int offset = (isFresh ? layout : theirs).offset(spec.name());
      assertThat(slice(begun, layout.offset(spec.name()), spec.size()))
          .as(spec.name())
          .isEqualTo(slice(from, offset, spec.size()));
    }
  }

  private static float[] slice(ParameterVector vector, int from, int size) {
    return Arrays.copyOfRange(vector.values(), from, from + size);
  }

  @Test
  void trainingStartsThere() throws IOException {
    String printed =
        TrainForTests.goOn(
            "run=" + folder.resolve("tuned"),
            "data=" + data,
            "init-from=" + folder.resolve("source"),
            "model.likelihood=logistic_mixture",
            "train.rounds=1",
            "train.batch-size=2",
            "train.local-steps=1");
    assertThat(printed).contains("tensors; fresh are the layers nin_out\n");
    Checkpoint tuned = SavedModel.find(new Configuration(), folder.resolve("tuned").toString());
    assertThat(tuned.state().round()).isEqualTo(1);
    assertThat(tuned.config().model().filters()).isEqualTo(3); // as in the source
    // It goes on from its own checkpoint, whatever became of the source.
    assertThat(TrainForTests.goOn("run=" + folder.resolve("tuned"), "init-from=gone"))
        .contains("all 1 rounds are done");
  }

  @Test
  void otherNetworksAreRefused() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () -> {
              JobConfig config = config("model.filters=4", "run=" + folder.resolve("none"));
              ModelSpec model = config.model().spec(source.model().image());
              new FirstState(new Configuration(), config, model, new Printed()).parameters();
            })
        .withMessage(
            "init-from=%s has model.filters=3, this run 4; leave model.filters out, or start from"
                + " another",
            folder.resolve("source"));
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> TrainForTests.goOn("run=" + folder.resolve("none"), "init-from=nowhere"))
        .withMessageContaining("nowhere is neither a checkpoint nor a run that has one");
    assertThat(folder.resolve("none")).doesNotExist();
  }
}
