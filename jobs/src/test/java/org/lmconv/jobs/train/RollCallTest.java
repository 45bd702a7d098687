package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.session.Placement;
import org.lmconv.jobs.session.Placement.Participant;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.Execution;

class RollCallTest {
  private static List<Participant> call(int workers) {
    JobConfig config = TinyRuns.config("train.workers=" + workers);
    Placement placement = new Placement(DeviceChoice.CPU, true, 1, Execution.DEFAULT);
    WorkerPlan plan =
        new WorkerPlan(
            config.model().spec(new ImageShape(1, 4, 4)),
            null,
            null,
            config.as(TrainKeys.class).train(),
            null,
            workers,
            1,
            placement);
    JavaRDD<IndexedImage> images =
        JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
            .parallelize(List.<IndexedImage>of(), workers);
    return RollCall.of(images, plan);
  }

  @Test
  void everyWorkerAnswers() {
    assertThat(call(3))
        .hasSize(3)
        .allSatisfy(
            participant -> {
              assertThat(participant.executor()).isEqualTo("driver");
              assertThat(participant.device()).isEqualTo("cpu");
              assertThat(participant.hasGpu()).isFalse();
            });
  }

  /** The session of the tests runs four tasks at once. */
  @Test
  void moreWorkersThanRunAtOnceAreRefused() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> call(5))
        .withMessageStartingWith(
            "train.workers=5, but the cluster does not run so many tasks at once; use fewer"
                + " workers, or give it more executors");
  }

  private static Participant gpu(String host, String address) {
    return new Participant(host, "0", "gpu 0", address);
  }

  @Test
  void twoWorkersOnOneGpuAreRefused() {
    assertThatCode(
            () ->
                RollCall.requireDifferentGpus(
                    List.of(gpu("a", "0"), gpu("b", "0"), gpu("a", "1"), gpu("b", "0 of GPU-1"))))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () ->
                RollCall.requireDifferentGpus(List.of(gpu("a", "0"), gpu("a", "1"), gpu("a", "0"))))
        .withMessage(
            "workers 0 and 2 were both given GPU 0 of a; let the discovery script of each Spark"
                + " worker name only the GPUs that are its own");
    Participant cpu = new Participant("a", "0", "cpu", "");
    assertThatCode(() -> RollCall.requireDifferentGpus(List.of(cpu, cpu)))
        .doesNotThrowAnyException();
  }
}
