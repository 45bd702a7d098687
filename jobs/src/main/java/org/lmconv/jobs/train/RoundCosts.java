package org.lmconv.jobs.train;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.PlanKeys;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.session.Placement;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.OrderSet;

/**
 * What rounds take, and where that is known from.
 *
 * @param source for people
 * @param workers the most of a round that is known
 */
record RoundCosts(String source, int workers, Prediction prediction) {
  private static final double BYTES_PER_MB = 1e6;

  /** Medians of the newest rounds with one number of workers. */
  private static final String OF_RUN =
      "SELECT count(*), workers, percentile(compute_seconds / local_steps, 0.5),"
          + " percentile(broadcast_seconds + update_seconds, 0.5), percentile(collect_seconds,"
          + " 0.5), max(bytes_down) / workers, max(bytes_up) / workers FROM parquet.`%s` GROUP BY"
          + " workers ORDER BY max(round) DESC LIMIT 1";

  /** Seconds of an update, and of loading the model and reading it back once in a round. */
  record Update(double seconds, double loadSeconds) {}

  /** Whether the run has rounds, and no other network is asked for. */
  static boolean isOfRun(JobConfig config) throws IOException {
    boolean other = !config.gives("run") && Stream.of("model", "bench").anyMatch(config::gives);
    Path rounds = rounds(config);
    return !other && rounds.getFileSystem(SparkSessions.files()).exists(rounds);
  }

  private static Path rounds(JobConfig config) throws IOException {
    return new Path(
        RunDirectory.at(SparkSessions.files(), config.as(PlanKeys.class).run()).root(),
        RunDirectory.ROUNDS);
  }

  /** The workers' part is taken to grow with their number. */
  static RoundCosts ofRun(SparkSession spark, JobConfig config) throws IOException {
    PlanKeys keys = config.as(PlanKeys.class);
    Row row = spark.sql(OF_RUN.formatted(rounds(config))).first();
    int workers = row.getInt(1);
    double given = keys.plan().stepSeconds();
    return new RoundCosts(
        "from %,d rounds of %s, of %s, without their checkpoints"
            .formatted(row.getLong(0), keys.run(), count(workers)),
        workers,
        new Prediction(
            given > 0 ? given : row.getDouble(2),
            row.getDouble(3),
            row.getDouble(4) / workers,
            row.getDouble(5) / BYTES_PER_MB,
            row.getDouble(6) / BYTES_PER_MB,
            keys.plan().gigabitsPerSecond()));
  }

  /** Trains on this machine's device under the first and the last order, rows and columns. */
  static Update update(JobConfig config) {
    PlanKeys keys = config.as(PlanKeys.class);
    double given = keys.plan().stepSeconds();
    if (given > 0) {
      return new Update(given, 0);
    }
    Device device = Placement.ofDriver(keys.device());
    int threads = keys.bench().threads();
    JniUtils.setNumThreads(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    ModelSpec spec = spec(config, keys);
    OrderSet orders = config.ordersOn(spec.image().grid());
    float[] images = new float[keys.train().batchSize() * spec.image().dimensions()];
    Arrays.fill(images, -1);
    ParameterVector parameters = spec.newNetwork().layout().draw(config.as(TrainKeys.class).seed());
    AdamSettings adam = new AdamSettings(0.9, 0.999, 1e-8, 0, 0);
    try (DeviceModel model = new DeviceModel(spec, device, config.execution())) {
      Runnable load =
          () -> {
            model.load(parameters, adam, AdamState.initial(parameters.size()));
            model.parameters();
            model.adamState();
          };
      Runnable two =
          () -> {
            model.train(images, orders.get(0), 0, 0);
            model.train(images, orders.get(orders.size() - 1), 0, 0);
            model.synchronize();
          };
      int repetitions = keys.bench().repetitions();
      double loadSeconds = median(keys, repetitions, load); // before there can be a step
      return new Update(median(keys, repetitions, two) / 2, loadSeconds);
    }
  }

  /**
   * Rounds on Spark whose workers send zeros at once. What they take is taken to grow with the
   * number of workers, as that of a run.
   */
  static RoundCosts measure(SparkSession spark, JobConfig config, Update update) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    PlanKeys keys = config.as(PlanKeys.class);
    float[] vector = new float[spec(config, keys).newNetwork().layout().size()];
    int most = keys.bench().mostWorkers();
    double round = median(keys, keys.bench().rounds(), () -> round(context, most, vector));
    double modelMb = vector.length * Float.BYTES / BYTES_PER_MB;
    boolean half = keys.train().transport() == Precision.BFLOAT16;
    return new RoundCosts(
        "from updates of %d images on this machine, and rounds of %s without them on %s"
            .formatted(keys.train().batchSize(), count(most), context.master()),
        most,
        new Prediction(
            update.seconds(),
            update.loadSeconds(),
            round / most,
            modelMb,
            half ? modelMb / 2 : modelMb,
            keys.plan().gigabitsPerSecond()));
  }

  private static void round(JavaSparkContext spark, int workers, float[] vector) {
    Broadcast<float[]> parameters = spark.broadcast(vector);
    List<Integer> each = IntStream.range(0, workers).boxed().toList();
    float[] sum = new float[vector.length];
    for (float[] result :
        spark.parallelize(each, workers).map(worker -> parameters.value()).collect()) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += result[i];
      }
    }
    parameters.destroy();
  }

  private static ModelSpec spec(JobConfig config, PlanKeys keys) {
    return config.model().spec(keys.bench().imageShape());
  }

  private static String count(int workers) {
    return workers == 1 ? "1 worker" : workers + " workers";
  }

  /** Seconds. */
  private static double median(PlanKeys keys, int repetitions, Runnable run) {
    List<Long> nanos = new ArrayList<>();
    for (int i = -keys.bench().warmup(); i < repetitions; i++) {
      long began = System.nanoTime();
      run.run();
      if (i >= 0) {
        nanos.add(System.nanoTime() - began);
      }
    }
    return nanos.stream().sorted().toList().get(nanos.size() / 2) / 1e9;
  }
}
