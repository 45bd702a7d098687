package org.lmconv.jobs.session;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import scala.Tuple2;

/**
 * Opens Spark: on the cluster that {@code spark-submit} names, else inside this JVM with one thread
 * per worker. Refuses settings under which a job would hang or train wrongly.
 */
public final class SparkSessions {
  private static final String MASTER = "spark.master";
  private static final String SUBMITS_DEFAULT = "local[*]"; // what spark-submit sets where none is
  private static final String NAME = "spark.app.name";
  private static final String GPUS_PER_TASK = "spark.task.resource.gpu.amount";
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|\\d+)\\s*(?:,.*)?\\])?");

  private SparkSessions() {}

  /**
   * A session in which all workers of a training run at once.
   *
   * @throws UserError if they cannot, or if Spark is set to run a worker twice
   */
  public static SparkSession forTraining(String name, int workers) {
    return forRounds(name, workers, workers);
  }

  /**
   * A session to measure rounds in, of up to so many workers where this JVM has to run them.
   *
   * @throws UserError if Spark is set to run a worker twice
   */
  public static SparkSession forRounds(String name, int mostWorkers) {
    return forRounds(name, mostWorkers, 1);
  }

  private static SparkSession forRounds(String name, int threads, int workers) {
    SparkConf conf = embedded(new SparkConf(), threads);
    requireTrainable(conf, workers);
    // Round 0 wants all workers at once, and executors take a while to come. By default Spark looks
    // every 15 seconds, for ten minutes.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "60");
    // A worker whose images are cached on a busy executor is to run on a free one at once. By
    // default it waits for seconds, and all its rounds do after the loss of an executor.
    conf.setIfMissing("spark.locality.wait", "0s");
    return open(name, conf);
  }

  /**
   * A session for work whose tasks can wait for each other, such as scoring or reading files.
   *
   * @throws UserError if Spark is set up so that it would hang
   */
  public static SparkSession forTasks(String name, JobConfig config) {
    record Workers(int workers) {}
    record Local(Workers train) {}
    int threads = Math.min(config.as(Local.class).train().workers(), cores());
    return open(name, embedded(new SparkConf(), threads));
  }

  /** How files are opened, as Spark would, for commands that do without it. */
  public static Configuration files() {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> entry : new SparkConf().getAllWithPrefix("spark.hadoop.")) {
      hadoop.set(entry._1(), entry._2());
    }
    return hadoop;
  }

  /** Whether so many tasks may run at once: no if a local master has fewer slots. */
  public static boolean mayRun(SparkConf conf, int tasks) {
    int slots = slots(conf.get(MASTER));
    return slots == 0 || tasks <= slots;
  }

  /** Fills in the master and what suits a Spark inside one JVM, where nobody set them. */
  static SparkConf embedded(SparkConf conf, int threads) {
    if (conf.get(MASTER, SUBMITS_DEFAULT).equals(SUBMITS_DEFAULT)) {
      conf.setMaster("local[" + threads + "]");
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    if (slots(conf.get(MASTER)) > 0 && conf.contains(GPUS_PER_TASK)) {
      throw new UserError(
          "%s=%s cannot be met by %s=%s, and Spark would wait for ever; leave it out, or use a cluster"
              .formatted(GPUS_PER_TASK, conf.get(GPUS_PER_TASK), MASTER, conf.get(MASTER)));
    }
    return conf;
  }

  static void requireTrainable(SparkConf conf, int workers) {
    if (conf.getBoolean("spark.speculation", false)) {
      throw new UserError(
          "spark.speculation=true would train the slowest worker twice in each round;"
              + " set it to false for train");
    }
    if (!mayRun(conf, workers)) {
      String master = conf.get(MASTER);
      int slots = slots(master);
      throw new UserError(
          "train.workers=%d, but %s=%s runs %d at once; use --master local[%d] or train.workers=%d"
              .formatted(workers, MASTER, master, slots, workers, slots));
    }
  }

  /** Tasks that a local master runs at once; 0 for a cluster. */
  static int slots(String master) {
    Matcher local = LOCAL.matcher(master);
    if (!local.matches()) {
      return 0;
    }
    String threads = local.group(1) == null ? "1" : local.group(1);
    return threads.equals("*") ? cores() : Integer.parseInt(threads);
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Unless told a name, spark-submit calls an application by its main class or its jar. */
  static boolean isUnnamed(SparkConf conf) {
    String name = conf.get(NAME, "");
    return name.isEmpty() || name.startsWith("org.lmconv.") || name.endsWith(".jar");
  }

  private static SparkSession open(String name, SparkConf conf) {
    // PyTorch's big buffers then stay with an executor; by default the C library gives them back to
    // the system and takes them anew in every step. bin/lmconv does the same for the driver.
    conf.setIfMissing("spark.executorEnv.MALLOC_MMAP_THRESHOLD_", String.valueOf(8L << 30));
    conf.setIfMissing("spark.executorEnv.MALLOC_TRIM_THRESHOLD_", String.valueOf(16L << 30));
    if (isUnnamed(conf)) {
      conf.setAppName(name);
    }
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // By default each task decodes 4,096 rows at once: 50 MB of images of 64x64x3.
    conf.setIfMissing("spark.sql.parquet.columnarReaderBatchSize", "256");
    // Times in reports mean the same wherever they are written and read.
    conf.set("spark.sql.session.timeZone", "UTC");
    return SparkSession.builder().config(conf).getOrCreate();
  }
}
