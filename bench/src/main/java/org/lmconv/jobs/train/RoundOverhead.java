package org.lmconv.jobs.train;

import static java.util.Map.entry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.jobs.session.Placement;
import org.lmconv.jobs.train.WorkerResult.Outcome;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.orders.OrderSet;

/**
 * Measures what rounds cost beside training: the loop of the command {@code train}, on Spark, with
 * workers that have their vectors at once instead of computing them. It is in the package of that
 * loop because nobody else is to drive it.
 */
public final class RoundOverhead implements AutoCloseable {
  /** Rounds of local steps, of which each worker sends one vector; each starts anew. */
  private static final Map<String, ?> SETTINGS =
      Map.ofEntries(
          entry("train.rounds", 1),
          entry("train.local-steps", 2),
          entry("train.warmup-images", 0),
          entry("train.inner-state", "local"),
          entry("train.outer", "average"),
          entry("train.ema-decay", 0.0));

  private final WorkerPlan plan;
  private final JavaRDD<IndexedImage> images;
  private final LastReport last = new LastReport();
  private final TrainingLoop loop;

  /**
   * Prepares rounds.
   *
   * @param config of which the section "train" counts, but for its rounds and local steps
   * @param model network of the largest vectors to come
   * @throws org.lmconv.jobs.base.UserError if the driver has too little memory, or may not receive
   *     so much
   */
  public RoundOverhead(SparkSession spark, JobConfig config, ModelSpec model, int workers) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    plan = plan(context, config, model, workers);
    RoundMemory.requireResults(context.getConf(), plan);
    RoundMemory.requireHeap(Runtime.getRuntime().maxMemory(), plan);
    byte[] pixels = new byte[model.image().dimensions()];
    List<IndexedImage> one =
        IntStream.range(0, workers)
            .mapToObj(worker -> new IndexedImage(worker, "image " + worker, pixels))
            .toList();
    images = context.parallelize(one, workers).persist(StorageLevel.MEMORY_AND_DISK());
    loop = new TrainingLoop(context, plan, images, new AtOnce(plan), last);
  }

  private static WorkerPlan plan(
      JavaSparkContext context, JobConfig config, ModelSpec model, int workers) {
    JobConfig rounds = config.with(SETTINGS).with(Map.of("train.workers", workers));
    TrainKeys keys = rounds.as(TrainKeys.class);
    return new WorkerPlan(
        model,
        ImageEncoder.of(model, rounds),
        OrderSet.parse(List.of("raster"), model.image().grid()),
        keys.train(),
        LearningRate.of(keys.train(), start(ParameterVector.zeros(0))),
        workers,
        1,
        Placement.of(context.getConf(), keys.device(), rounds.execution(), workers));
  }

  /**
   * Calls the roll of the workers, as {@code train} does before round 1; to be done first.
   *
   * @throws org.lmconv.jobs.base.UserError if they cannot all run at once, or lack what they need
   */
  public void callRoll() {
    RollCall.of(images, plan);
  }

  /** How many take part. */
  public int workers() {
    return plan.train().workers();
  }

  /** How the vectors come together: direct or sliced. */
  public String exchange() {
    return Exchange.of(workers()) instanceof DirectExchange ? "direct" : "sliced";
  }

  /**
   * Runs a round.
   *
   * @param parameters that it begins with; any number
   */
  public RoundReport round(ParameterVector parameters) throws IOException {
    loop.run(new RoundObserver.Beginning(start(parameters), RoundObserver.Folders.NONE));
    return last.report;
  }

  private static TrainingState start(ParameterVector parameters) {
    return new TrainingState(
        0, 0, parameters, new InnerState.Fresh(), Optional.empty(), Optional.empty());
  }

  @Override
  public void close() {
    images.unpersist();
  }

  /** A worker that is where it wants to be: a thousandth further along the parameters. */
  private record AtOnce(WorkerPlan plan) implements Exchange.Computation {
    @Override
    public WorkerResult run(List<IndexedImage> images, int worker, RoundStart start) {
      float[] from = start.parameters().values();
      float[] way = new float[from.length];
      for (int i = 0; i < way.length; i++) {
        way[i] = from[i] * 1e-3f;
      }
      WorkerReport report =
          new WorkerReport(
              (long) start.localSteps() * plan.train().batchSize(),
              0,
              0,
              MachineMemory.residentBytes(),
              plan.placement().participant(),
              Outcome.DONE,
              "");
      return new WorkerResult(report, List.of(Packed.of(plan.train().transport(), way)));
    }
  }

  /** Keeps the report of the last round, and nothing else. */
  private static final class LastReport implements RoundObserver {
    private RoundReport report;

    @Override
    public Folders finished(FinishedRound round) {
      report = round.report("overhead", 0);
      return Folders.NONE;
    }

    @Override
    public Beginning goBack(String why) {
      throw new IllegalStateException(why);
    }
  }
}
