package org.lmconv.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.LmConv.Command;
import org.lmconv.jobs.base.CodeVersion;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.Because;
import org.lmconv.jobs.conf.Keys.ScoreConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;

class LmConvTest {
  @Because("the network comes from the checkpoint")
  private record ScoreKeys(String run, ScoreConfig score) {}

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private JobConfig seen;

  @Test
  void runsTheCommandWithItsConfiguration() {
    assertThat(run("score", "run=a", "score.images=5")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("scored a\n");
    assertThat(seen.as(ScoreKeys.class).score().images()).isEqualTo(5);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void trainsWhenNoCommandIsNamed() {
    assertThat(run()).isZero();
    assertThat(run("train.rounds=3")).isZero();
    assertThat(seen.as(TrainKeys.class).train().rounds()).isEqualTo(3);
    assertThat(run("--config", "../conf/mnist.conf")).isZero();
    assertThat(seen.as(ScoreKeys.class).run()).isEqualTo("runs/mnist");
    assertThat(out.toString(UTF_8)).isEqualTo("trained\ntrained\ntrained\n");
  }

  @Test
  void tellsTheCallersFaultInOneLine() {
    assertFault("command scor is unknown; did you mean score? Commands are train, score", "scor");
    assertFault("key sead is unknown; did you mean seed?", "sead=3");
    assertFault(
        "score does not read train.rounds; the network comes from the checkpoint;"
            + " it reads run, score.*",
        "score",
        "train.rounds=3");
    assertFault(
        "score is not key=value; a command comes first, then words such as seed=2",
        "run=a",
        "score");
    assertFault("Unknown option: '--cnfig'", "--cnfig", "a.conf");
    assertFault("Missing required parameter for option '--config' (FILE)", "--config");
  }

  @Test
  void findsTheCallersFaultInsideWhatSparkWraps() {
    Throwable task = new SparkException("Job aborted", new IllegalStateException(fault()));
    assertThat(runFailing(new RuntimeException(task), false)).isEqualTo(2);
    assertThat(err.toString(UTF_8)).isEqualTo("lmconv: image 7 is not there; check the table\n");
  }

  @Test
  void tellsOurFaultsInOneLineToo() {
    Throwable task = new SparkException("Job aborted", new ArithmeticException("by\n  zero"));
    assertThat(runFailing(new RuntimeException(task), false)).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "lmconv: internal error: java.lang.ArithmeticException: by zero"
                + " (set LMCONV_DEBUG=1 to see where)\n");
  }

  @Test
  void showsStackTracesWhenAskedTo() {
    assertThat(runFailing(new RuntimeException(fault()), true)).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .startsWith("lmconv: image 7 is not there; check the table\njava.lang.RuntimeException")
        .contains("at org.lmconv.jobs.LmConvTest");
  }

  @Test
  void explainsItself() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8))
        .contains("[COMMAND] [--config FILE] [key=value ...]")
        .contains("  train    trains\n  score    scores\n");
    out.reset();
    assertThat(run("score", "-h")).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith("lmconv score: scores. It reads:\n")
        .contains("\nscore.images = 0\n")
        .doesNotContain("seed");
    out.reset();
    assertThat(run("--version")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("lmconv " + CodeVersion.current() + "\n");
    assertThat(seen).isNull();
  }

  @Test
  void shippedCommandsHaveTheirOwnNames() {
    assertThat(Commands.ALL.entries()).extracting(Commands.Entry::name).doesNotHaveDuplicates();
    assertThat(new LmConv(Commands.ALL, stream(out), stream(err), false).run("config", "seed=5"))
        .isZero();
    assertThat(out.toString(UTF_8)).contains("\nseed = 5\n");
  }

  private void assertFault(String message, String... args) {
    err.reset();
    assertThat(run(args)).isEqualTo(2);
    assertThat(err.toString(UTF_8)).isEqualTo("lmconv: " + message + "\n");
    assertThat(seen).isNull();
  }

  private int run(String... args) {
    return lmconv(
            (config, to) -> {
              seen = config;
              to.print("trained\n");
            },
            false)
        .run(args);
  }

  private int runFailing(RuntimeException failure, boolean debug) {
    return lmconv(
            (config, to) -> {
              throw failure;
            },
            debug)
        .run();
  }

  private LmConv lmconv(Command train, boolean debug) {
    Command score =
        (config, to) -> {
          seen = config;
          to.print("scored " + config.as(ScoreKeys.class).run() + "\n");
        };
    Commands commands =
        new Commands(
            List.of(
                new Commands.Entry("train", "trains", TrainKeys.class, train),
                new Commands.Entry("score", "scores", ScoreKeys.class, score)));
    return new LmConv(commands, stream(out), stream(err), debug);
  }

  private static UserError fault() {
    return new UserError("image 7 is not there; check the table");
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, UTF_8);
  }
}
