package org.lmconv.jobs.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;

class SparkSessionsTest {
  @Test
  void runsInThisJvmWhereNoMasterIsSet() {
    SparkConf conf = SparkSessions.embedded(new SparkConf(false), 3);
    assertThat(conf.get("spark.master")).isEqualTo("local[3]");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
  }

  @Test
  void takesTheDefaultOfSparkSubmitForNone() {
    SparkConf conf = SparkSessions.embedded(master("local[*]"), 3);
    assertThat(conf.get("spark.master")).isEqualTo("local[3]");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
  }

  @Test
  void leavesAMasterThatIsSet() {
    SparkConf conf = SparkSessions.embedded(master("yarn").set("spark.ui.enabled", "true"), 3);
    assertThat(conf.get("spark.master")).isEqualTo("yarn");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("true");
  }

  @Test
  void aNameThatSparkSubmitMadeUpIsNone() {
    assertThat(SparkSessions.isUnnamed(new SparkConf(false))).isTrue();
    assertThat(SparkSessions.isUnnamed(named("lmconv-train.jar"))).isTrue();
    assertThat(SparkSessions.isUnnamed(named("org.lmconv.jobs.LmConv"))).isTrue();
    assertThat(SparkSessions.isUnnamed(named("my digits"))).isFalse();
  }

  private static SparkConf named(String name) {
    return new SparkConf(false).setAppName(name);
  }

  @Test
  void knowsHowManyTasksALocalMasterRuns() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(SparkSessions.slots("local")).isEqualTo(1);
    assertThat(SparkSessions.slots("local[4]")).isEqualTo(4);
    assertThat(SparkSessions.slots("local[4,2]")).isEqualTo(4);
    assertThat(SparkSessions.slots("local[*]")).isEqualTo(cores);
    assertThat(SparkSessions.slots("local-cluster[2,1,1024]")).isZero();
    assertThat(SparkSessions.slots("spark://host:7077")).isZero();
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
  void knowsWhatALocalMasterCannotRunAtOnce() {
    assertThat(SparkSessions.mayRun(master("local[2]"), 2)).isTrue();
    assertThat(SparkSessions.mayRun(master("local[2]"), 3)).isFalse();
    assertThat(SparkSessions.mayRun(master("spark://host:7077"), 99)).isTrue();
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

  @Test
  void aCallersFaultComesBackFromATask() {
    var spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> spark.parallelize(List.of(1)).map(SparkSessionsTest::refuse).collect())
        .satisfies(
            e ->
                assertThat(Causes.userError(e))
                    .hasValueSatisfying(u -> assertThat(u).hasMessage("1 is no image")));
  }

  private static int refuse(int number) {
    throw new UserError(number + " is no image");
  }

  private static SparkConf master(String master) {
    return new SparkConf(false).setMaster(master);
  }
}
