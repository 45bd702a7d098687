package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;

/** Workers for which a cluster of real processes has no place are refused, and leave nothing. */
class PlacementIT {
  @TempDir private static Path folder;
  private static LoopbackCluster cluster;

  /** Each Spark worker has a GPU, but both scripts name the same one. */
  @BeforeAll
  static void startCluster() throws Exception {
    cluster = new LoopbackCluster(folder.resolve("cluster"), "3 3");
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  private static Result train(Launcher launcher, int workers) throws Exception {
    return launcher.run("train", "run=refused", "model.filters=3", "train.workers=" + workers);
  }

  private static void assertRefused(Result result) {
    assertThat(result.code()).isEqualTo(2);
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void twoWorkersOnOneGpuAreRefused() throws Exception {
    Result result = train(cluster.launcher(folder), 2);
    assertThat(result.err())
        .matches(
            "lmconv: workers 0 and 1 were both given GPU 3 of 127\\.0\\.0\\.1; let the discovery"
                + " script .*\n");
    assertRefused(result);
  }

  @Test
  void moreWorkersThanTheClusterRunsAreRefused() throws Exception {
    Launcher impatient =
        cluster
            .launcher(folder)
            .with(
                "LMCONV_SUBMIT_OPTS",
                cluster.options()
                    + " --conf spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures=3");
    Result result = train(impatient, 3);
    assertThat(result.err())
        .startsWith("lmconv: train.workers=3, but the cluster does not run so many tasks at once");
    assertRefused(result);
  }
}
