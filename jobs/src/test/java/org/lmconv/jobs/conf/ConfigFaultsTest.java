package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.EveryKey;
import org.lmconv.jobs.conf.Keys.IngestKeys;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.conf.Keys.SampleKeys;

/** What is said of configurations that are wrong. */
class ConfigFaultsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          train.ronds=3        | key train.ronds is unknown; did you mean train.rounds?
          train=3              | key train is a section; write train.KEY=value
          sed=3                | key sed is unknown; did you mean seed?
          nll                  | nll is not key=value; a command comes first, then words such as seed=2
          =3                   | =3 is not key=value; a command comes first, then words such as seed=2
          train.rounds=many    | train.rounds=many: must be a whole number
          train.rounds=2.5     | train.rounds=2.5: must be a whole number
          train.rounds=        | train.rounds=: must be a whole number
          train.rounds=1e10    | train.rounds=10000000000: must be at most 2147483647 in size
          train.clip=NaN       | train.clip=NaN: must be a number
          model.bias=yes       | model.bias=yes: must be true or false
          device=tpu           | device=tpu: must be auto, cpu or gpu
          binarize=Dynamic     | binarize=Dynamic: must be dynamic, fixed or threshold
          run=                 | run=: must name a folder
          orders=[]            | orders=[]: no orders given; name at least one, such as s_curve/*
          bench.workers=[]     | bench.workers=[]: must hold one number or more, each at least 1
          bench.workers=[1, 0] | bench.workers=[1, 0]: must hold one number or more, each at least 1
          bench.workers=[1, x] | bench.workers=[1,"x"]: must be a whole number or a list of them, such as [1, 2, 4]
          bench.workers=1.5    | bench.workers=[1.5]: must be a whole number or a list of them, such as [1, 2, 4]
          plan.workers=[-2]    | plan.workers=[-2]: must hold one number or more, each at least 1
          plan.workers=1e10    | plan.workers=[10000000000]: must be a whole number or a list of them, such as [1, 2, 4]
          bench.image=28x28    | bench.image=28x28: must be HEIGHTxWIDTHxCHANNELS, such as 28x28x1
          bench.image=8x8x2    | bench.image=8x8x2: images have 1 or 3 channels, got 2; convert them first
          region=middle        | region=middle: region middle is unknown; use all, top, bottom, left, right, center, border or r0:r1,c0:c1 with the ends left out, such as 0:4,0:4
          region=none.png      | region=none.png: there is no readable file none.png
          orders=[raster+, s_curve] | orders=[raster+, s_curve]: order raster+ ends with +; write a region behind it, such as +bottom
          orders=s_curv/*      | orders=[s_curv/*]: order kind s_curv is unknown; did you mean s_curve? Kinds are raster, s_curve, hilbert, gilbert
          """)
  void refusesAWord(String word, String message) {
    assertThat(fault(Optional.empty(), word)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          train.rounds=0 train.local-steps=0 train.workers=0 | must be at least 1
          train.batch-size=-8 train.warmup-local-steps=0 | must be at least 1
          train.checkpoint-every=0 train.keep-checkpoints=0 model.filters=0 | must be at least 1
          model.resnets=0 model.dilation=0 model.mixtures=0 score.batch-size=0 | must be at least 1
          bench.repetitions=0 bench.rounds=0 | must be at least 1
          train.learning-rate=0.0 train.epsilon=0.0 train.outer-learning-rate=0.0 | must be above 0
          bench.seconds=0.0 | must be above 0
          train.learning-rate=Infinity | must be a number
          train.warmup-images=-1 train.evaluate-every=-1 score.images=-1 | must be at least 0
          bench.threads=-1 bench.warmup=-1 | must be at least 0
          train.decay-share=1.5 | must be 0 to 1
          train.beta1=1.0 train.beta2=-0.1 train.ema-decay=1.0 | must be at least 0 and below 1
          train.outer-momentum=1.0 model.dropout=1.0 | must be at least 0 and below 1
          train.weight-decay=-0.1 train.clip=-1.0 plan.step-seconds=-0.1 | must be 0 or above
          plan.gigabits-per-second=-1.0 | must be 0 or above
          train.outer=momentum | must be average or nesterov
          train.inner-state=shared | must be average, local or reset
          train.transport=float16 | must be float32 or bfloat16
          model.kernel=4 model.kernel=1 | must be odd and at least 3
          model.normalization=batch | must be pono, weight_norm, order_rescale, none or weight_norm+pono
          model.likelihood=gauss | must be bernoulli or logistic_mixture
          model.bits=9 | must be 1 to 8
          model.tail=fat | must be exact or published
          plan.share=0.0 plan.share=1.0 | must be above 0 and below 1
          """)
  void refusesAValueThatIsOutOfRange(String words, String rule) {
    assertThat(words.split(" "))
        .allSatisfy(
            word -> assertThat(fault(Optional.empty(), word)).isEqualTo(word + ": " + rule));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          seed = 2 ~ train.ronds = 3  | key train.ronds (FILE, line 2) is unknown; did you mean train.rounds?
          train { ronds {} }          | key train.ronds (FILE, line 1) is unknown; did you mean train.rounds?
          trian { rounds = 3 }        | key trian.rounds (FILE, line 1) is unknown; did you mean train.rounds?
          train = 3                   | key train (FILE, line 1) is a section; write train.KEY=value
          seed = 2 ~ train.rounds = x | train.rounds=x (FILE, line 2): must be a whole number
          seed = {}                   | seed={} (FILE, line 1): must be a whole number
          seed = null                 | seed=null: must have a value; leave the key out for its default
          """)
  void refusesAFile(String lines, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), lines.replace(" ~ ", "\n"));
    assertThat(fault(Optional.of(file))).isEqualTo(message.replace("FILE", file.toString()));
  }

  @Test
  void saysWhereAFileIsMalformed() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), "seed = 2\ntrain { rounds = 3\n");
    assertThat(fault(Optional.of(file)))
        .startsWith("configuration (" + file + ", line ")
        .contains("is malformed")
        .hasLineCount(1);
    Path other = Files.writeString(folder.resolve("b.conf"), "run = ${nowhere.to.be.found}");
    assertThat(fault(Optional.of(other))).contains(other + ", line 1").contains("nowhere");
  }

  @Test
  void namesAFileThatIsNotThere() {
    Path file = folder.resolve("none.conf");
    assertThat(fault(Optional.of(file)))
        .isEqualTo("--config " + file + ": there is no such readable file");
    assertThat(fault(Optional.of(folder))).contains("there is no such readable file");
  }

  @Test
  void refusesAKeyThatTheCommandDoesNotRead() throws IOException {
    assertThat(ofCommand(NllKeys.class, Optional.empty(), "model.filters=3"))
        .isEqualTo(
            "test does not read model.filters; the network and how it was trained come from the"
                + " checkpoint; it reads run, checkpoint, data, split, orders, region, out, device,"
                + " precision, score.*");
    assertThat(ofCommand(SampleKeys.class, Optional.empty(), "draw.images=3"))
        .contains("test does not read draw.images; ", "count, draw.batch-size, draw.sheet-images");
    assertThat(ofCommand(IngestKeys.class, Optional.empty(), "seed=3"))
        .isEqualTo("test does not read seed; it reads source, path, data, ingest.*");
  }

  /** Whatever part of it the command reads. */
  @Test
  void aFileIsCheckedWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), "train.rounds = 0");
    assertThat(ofCommand(IngestKeys.class, Optional.of(file)))
        .isEqualTo("train.rounds=0: must be at least 1");
    Path other = Files.writeString(folder.resolve("b.conf"), "model.filters = 3");
    JobConfig config = ConfigLoader.load(Optional.of(other), List.of(), "test", NllKeys.class);
    assertThat(config.model().filters()).isEqualTo(3);
  }

  private static String ofCommand(
      Class<? extends Record> keys, Optional<Path> file, String... words) {
    return catchThrowableOfType(
            UserError.class, () -> ConfigLoader.load(file, List.of(words), "test", keys))
        .getMessage();
  }

  private static String fault(Optional<Path> file, String... words) {
    return ofCommand(EveryKey.class, file, words);
  }
}
