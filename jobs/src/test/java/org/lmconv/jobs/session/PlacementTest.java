package org.lmconv.jobs.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.lmconv.jobs.conf.Keys.DeviceChoice.AUTO;
import static org.lmconv.jobs.conf.Keys.DeviceChoice.CPU;
import static org.lmconv.jobs.conf.Keys.DeviceChoice.GPU;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.model.device.Execution;

/** The class path of tests has the CPU's natives, so libtorch sees no GPU on any machine. */
class PlacementTest {
  private static final String NONE = "device=gpu, but libtorch sees no GPU in the task's process;";

  private static SparkConf master(String master) {
    return new SparkConf(false).setMaster(master);
  }

  /** What {@code device()} says inside a task. */
  private static String deviceInATask(DeviceChoice choice) {
    Placement placement = new Placement(choice, true, 1, Execution.DEFAULT);
    return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
        .parallelize(List.of(0), 1)
        .map(any -> placement.device().toString())
        .first();
  }

  @Test
  void theTasksOfALocalMasterShareTheCores() {
    int cores = Runtime.getRuntime().availableProcessors();
    Placement alone = Placement.of(master("local[1]"), CPU, Execution.DEFAULT, 1);
    assertThat(alone).isEqualTo(new Placement(CPU, true, cores, Execution.DEFAULT));
    assertThat(Placement.of(master("local[*]"), AUTO, Execution.DEFAULT, 2).threads())
        .isEqualTo(Math.max(1, cores / 2));
    assertThat(Placement.of(master("local[999]"), CPU, Execution.DEFAULT, cores + 1).threads())
        .isEqualTo(1);
  }

  @Test
  void theTasksOfAClusterHaveTheCoresThatSparkGivesThem() {
    for (String master : List.of("yarn", "spark://host:7077", "local-cluster[2,1,1024]")) {
      SparkConf conf = master(master);
      assertThat(Placement.of(conf, AUTO, Execution.DEFAULT, 4))
          .isEqualTo(new Placement(AUTO, false, 1, Execution.DEFAULT));
      conf.set("spark.task.cpus", "3");
      assertThat(Placement.of(conf, AUTO, Execution.DEFAULT, 4).threads()).isEqualTo(3);
    }
  }

  @Test
  void aClusterThatGivesNoGpusIsRefusedWhereOneIsAskedFor() {
    SparkConf conf = master("spark://host:7077");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Placement.of(conf, GPU, Execution.DEFAULT, 2))
        .withMessage(
            "device=gpu, but Spark gives tasks no GPU; set spark.executor.resource.gpu.amount=1 and"
                + " spark.task.resource.gpu.amount=1, or device=auto");
    conf.set("spark.task.resource.gpu.amount", "1");
    assertThat(Placement.of(conf, GPU, Execution.DEFAULT, 2))
        .isEqualTo(new Placement(GPU, false, 1, Execution.DEFAULT));
  }

  @Test
  void withoutAGpuATaskComputesOnTheCpuUnlessAGpuIsAskedFor() {
    assertThat(deviceInATask(CPU)).isEqualTo("cpu()");
    assertThat(deviceInATask(AUTO)).isEqualTo("cpu()");
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(() -> deviceInATask(GPU))
        .satisfies(e -> assertThat(Causes.userError(e).orElseThrow()).hasMessageStartingWith(NONE));
  }

  @Test
  void aCommandWithoutTasksComputesOnTheCpuToo() {
    assertThat(Placement.ofDriver(CPU).toString()).isEqualTo("cpu()");
    assertThat(Placement.ofDriver(AUTO).toString()).isEqualTo("cpu()");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Placement.ofDriver(GPU))
        .withMessageStartingWith(NONE);
    // Before anything is written.
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Placement.of(master("local[2]"), GPU, Execution.DEFAULT, 2))
        .withMessageStartingWith(NONE);
  }
}
