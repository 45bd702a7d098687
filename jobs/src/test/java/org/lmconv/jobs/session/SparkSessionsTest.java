package org.lmconv.jobs.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.base.UserError;

class SparkSessionsTest {
  /** local[*] is what spark-submit sets where no master is. */
  @ParameterizedTest
  @CsvSource({", local[3], false", "local[*], local[3], false", "yarn, yarn, true"})
  void runsInThisJvmWhereNoMasterIsSet(String given, String master, String ui) {
    SparkConf conf = new SparkConf(false);
    if (given != null) {
      conf.setMaster(given);
    }
    if (ui.equals("true")) {
      conf.set("spark.ui.enabled", ui);
    }
    SparkSessions.embedded(conf, 3);
    assertThat(conf.get("spark.master")).isEqualTo(master);
    assertThat(conf.get("spark.ui.enabled")).isEqualTo(ui);
  }

  @ParameterizedTest
  @CsvSource({"'', true", "lmconv.jar, true", "org.lmconv.jobs.LmConv, true", "my digits, false"})
  void aNameThatSparkSubmitMadeUpIsNone(String name, boolean unnamed) {
    SparkConf conf = new SparkConf(false);
    if (!name.isEmpty()) {
      conf.setAppName(name);
    }
    assertThat(SparkSessions.isUnnamed(conf)).isEqualTo(unnamed);
  }

  /** 0 slots are those of a cluster. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"local 1", "local[4] 4", "local[4,2] 4", "local-cluster[2,1,1024] 0", "yarn 0"})
  void knowsHowManyTasksALocalMasterRuns(String master, int slots) {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(SparkSessions.slots(master)).isEqualTo(slots);
    assertThat(SparkSessions.slots("local[*]")).isEqualTo(cores);
    assertThat(SparkSessions.mayRun(master(master), 4)).isEqualTo(slots != 1);
    assertThat(SparkSessions.mayRun(master(master), 5)).isEqualTo(slots == 0);
  }

  @Test
  void refusesMoreWorkersThanRunAtOnce() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> SparkSessions.requireTrainable(master("local[2]"), 4))
        .withMessage(
            "train.workers=4, but spark.master=local[2] runs 2 at once;"
                + " use --master local[4] or train.workers=2");
    assertThatCode(() -> SparkSessions.requireTrainable(master("local[4]"), 4))
        .doesNotThrowAnyException();
    assertThatCode(() -> SparkSessions.requireTrainable(master("spark://host:7077"), 4))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesSpeculation() {
    SparkConf conf = master("yarn").set("spark.speculation", "true");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> SparkSessions.requireTrainable(conf, 1))
        .withMessageStartingWith("spark.speculation=true would train the slowest worker twice");
  }

  @Test
  void refusesGpusForTasksOfALocalMaster() {
    SparkConf conf = master("local[2]").set("spark.task.resource.gpu.amount", "1");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> SparkSessions.embedded(conf, 2))
        .withMessageStartingWith(
            "spark.task.resource.gpu.amount=1 cannot be met by spark.master=local[2]");
    conf.setMaster("spark://host:7077");
    assertThat(SparkSessions.embedded(conf, 2)).isSameAs(conf);
  }

  private static SparkConf master(String master) {
    return new SparkConf(false).setMaster(master);
  }
}
