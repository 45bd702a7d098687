package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.Execution;
import org.lmconv.model.device.ModelSpec;

class RoundMemoryTest {
  /** The published network: 46,053,604 parameters, 175 MB. */
  private static final String[] LARGE = {"model.filters=160", "model.resnets=5"};

  private static void require(SparkConf conf, String[] model, int workers, int localSteps) {
    RoundMemory.requireResults(conf, plan(false, model, workers, localSteps));
  }

  private static WorkerPlan plan(boolean local, String[] model, int workers, int localSteps) {
    String[] words = {
      model[0],
      model[1],
      "train.workers=" + workers,
      "train.local-steps=" + localSteps,
      "train.inner-state=average"
    };
    JobConfig config = TinyRuns.config(words);
    ModelSpec spec = config.model().spec(new ImageShape(1, 28, 28));
    Placement placement = new Placement(DeviceChoice.CPU, local, 1, Execution.DEFAULT);
    return new WorkerPlan(
        spec, null, null, config.as(TrainKeys.class).train(), null, 0, 1, placement);
  }

  @Test
  void aHeapThatIsTooSmallForTheRoundIsRefusedBeforeIt() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> RoundMemory.requireHeap(2L << 30, plan(true, LARGE, 2, 1)))
        .withMessage(
            "46,053,604 parameters and 2 workers need about 4040 MB of the driver's memory, it has"
                + " 2048 MB; submit with --driver-memory 4g (with bin/lmconv:"
                + " LMCONV_DRIVER_MEMORY=4g)");
    assertThatCode(() -> RoundMemory.requireHeap(4L << 30, plan(true, LARGE, 2, 1)))
        .doesNotThrowAnyException();
    // On a cluster the workers' own arrays are elsewhere.
    assertThatCode(() -> RoundMemory.requireHeap(3L << 30, plan(false, LARGE, 2, 1)))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> RoundMemory.requireHeap(4L << 30, plan(true, LARGE, 2, 5)));
  }

  @Test
  void stepsThatTheMachineCannotHoldAreRefusedWithWhatHelps() {
    WorkerPlan plan = plan(true, LARGE, 2, 1);
    long step = RoundMemory.ofStep(plan);
    assertThatCode(() -> RoundMemory.requireSteps(plan, 2, 2 * step)).doesNotThrowAnyException();
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> RoundMemory.requireSteps(plan, 2, 2 * step - (1L << 20)))
        .withMessageStartingWith(
            "a training step of 2 images takes about %d MB, 2 at once need %d MB, and %d MB of"
                + " memory are left; use a smaller train.batch-size, train.recompute=true (about ",
            step >> 20, 2 * step >> 20, (2 * step >> 20) - 1);
  }

  private static SparkConf limit(String limit) {
    return new SparkConf(false).set("spark.driver.maxResultSize", limit);
  }

  private static void allows(SparkConf conf, int workers, int localSteps) {
    assertThatCode(() -> require(conf, LARGE, workers, localSteps)).doesNotThrowAnyException();
  }

  private static void refuses(SparkConf conf, int workers, int localSteps, String message) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> require(conf, LARGE, workers, localSteps))
        .withMessage(message);
  }

  @Test
  void theGradientsOfSomeWorkersFitIntoSparksDefault() {
    allows(new SparkConf(false), 5, 1);
    refuses(
        new SparkConf(false),
        8,
        1,
        "8 workers send the driver 1405 MB a round, but spark.driver.maxResultSize allows 1024 MB;"
            + " submit with --conf spark.driver.maxResultSize=2g");
  }

  @Test
  void localStepsSendTheOptimisersMomentsToo() {
    allows(new SparkConf(false), 1, 4);
    refuses(
        new SparkConf(false),
        2,
        4,
        "2 workers send the driver 1054 MB a round, but spark.driver.maxResultSize allows 1024 MB;"
            + " submit with --conf spark.driver.maxResultSize=2g");
  }

  @Test
  void manyWorkersSendTheDriverOneModel() {
    allows(new SparkConf(false), 9, 4);
    allows(new SparkConf(false), 1000, 4);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> require(limit("500m"), LARGE, 1000, 4))
        .withMessageStartingWith("1000 workers send the driver 527 MB a round, but");
  }

  @Test
  void whatTheMessageAdvisesIsAllowed() {
    allows(limit("2g"), 8, 1);
    allows(limit("2g"), 2, 4);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> require(limit("2g"), LARGE, 8, 4))
        .satisfies(
            e -> {
              String advised = e.getMessage().replaceFirst(".*=(\\d+g)$", "$1");
              assertThat(advised).isEqualTo("5g");
              allows(limit(advised), 8, 4);
            });
  }

  @Test
  void zeroIsNoLimit() {
    allows(limit("0"), 1000, 4);
  }
}
