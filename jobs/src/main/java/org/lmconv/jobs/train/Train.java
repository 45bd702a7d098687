package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.Causes;
import org.lmconv.jobs.Clock;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.ExchangeConfig.Inner;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.ModelSpecs;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.executor.Participant;
import org.lmconv.jobs.executor.Placement;
import org.lmconv.jobs.page.Report;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Checkpoints;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.run.WorkerParts;
import org.lmconv.jobs.score.Scoring;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/** The command {@code train}: trains a model, or goes on with a run that was interrupted. */
public final class Train {
  private final SparkSession spark;
  private final JobConfig config;
  private final TrainKeys keys;
  private final PrintStream out;
  private final RunDirectory run;

  private Train(SparkSession spark, JobConfig config, PrintStream out) throws IOException {
    this.spark = spark;
    this.config = config;
    this.keys = config.as(TrainKeys.class);
    this.out = out;
    this.run = RunDirectory.at(spark.sparkContext().hadoopConfiguration(), keys.run());
  }

  /**
   * Trains to the last round, then scores, and writes the report of the run.
   *
   * @throws UserError if the data, the run directory or the cluster are not fit for it
   */
  public static void run(JobConfig given, PrintStream out) throws IOException {
    JobConfig config = RunSettings.complete(SparkSessions.files(), given, out);
    TrainKeys keys = config.as(TrainKeys.class);
    try (SparkSession spark = SparkSessions.forTraining("lmconv train", keys.train().workers())) {
      run(spark, config, out);
      if (keys.train().report()) {
        report(spark, keys.run(), out);
      }
    }
  }

  /** What was trained is kept whatever happens here, so the command does not fail. */
  static void report(SparkSession spark, String run, PrintStream out) {
    try {
      Report.write(spark, RunDirectory.at(spark.sparkContext().hadoopConfiguration(), run), out);
    } catch (IOException | RuntimeException e) {
      out.printf(
          "there is no report: %s; to try again: bin/lmconv report run=%s%n",
          Causes.root(e).getMessage(), run);
    }
  }

  static void run(SparkSession spark, JobConfig config, PrintStream out) throws IOException {
    new Train(spark, config, out).run();
  }

  private void run() throws IOException {
    long began = System.nanoTime();
    run.requireAdoptable(config);
    ImagesTable table = ImagesTable.open(spark, keys.data());
    ModelSpec model = ModelSpecs.of(config.model(), table.shape());
    ImageSplit images = table.split("train");
    JavaRDD<IndexedImage> lanes = images.lanes(keys.train().workers(), keys.train().batchSize());
    Scoring scoring =
        new Scoring(spark, config, model, table, Regions.all(model.image().grid()), run.nll(), out);
    Optional<Path> newest = run.checkpoints().newest();
    TrainingState state = resumeOrBegin(model, newest);
    WorkerPlan plan = plan(model, images.count(), state);
    ResultLimit.require(spark.sparkContext().getConf(), plan);
    DriverMemory.require(Runtime.getRuntime().maxMemory(), plan);
    if (plan.placement().local()) {
      WorkerMemory.require(plan, keys.train().workers());
    }

    tellWhatStarts(table, plan, state);
    if (state.round() >= keys.train().rounds()) {
      out.printf("all %d rounds are done; go on with train.rounds=MORE%n", state.round());
      run.writeScores(state.round(), scoring.scoreOnce(run.adopt(config), state));
    } else {
      lanes.persist(StorageLevel.MEMORY_AND_DISK());
      try {
        tellWhere(RollCall.of(lanes, plan));
        train(plan, lanes, state, newest, scoring);
      } finally {
        lanes.unpersist();
      }
    }
    out.printf(
        "%s in all; Parquet tables are in %s: rounds, nll, nll_summary, checkpoints%n",
        Clock.of((System.nanoTime() - began) / 1e9), run.location());
  }

  private WorkerPlan plan(ModelSpec model, long images, TrainingState state) {
    TrainConfig train = keys.train();
    return new WorkerPlan(
        model,
        ImageEncoder.of(model, config),
        config.ordersOn(model.image().grid()),
        train,
        LearningRate.of(train, state),
        images,
        keys.seed(),
        Placement.of(
            spark.sparkContext().getConf(), keys.device(), config.execution(), train.workers()));
  }

  private TrainingState resumeOrBegin(ModelSpec model, Optional<Path> newest) throws IOException {
    if (newest.isPresent()) {
      Checkpoint checkpoint = Checkpoints.read(hadoop(), newest.get());
      requireSameShape(checkpoint, model);
      return withUsableOptimiser(checkpoint);
    }
    ParameterVector parameters = new Beginning(config, model, out).parameters(hadoop());
    Optional<ParameterVector> ema =
        keys.train().emaDecay() > 0 ? Optional.of(parameters) : Optional.empty();
    return new TrainingState(0, 0, parameters, new InnerState.Fresh(), Optional.empty(), ema);
  }

  /** Optimisers that workers kept serve the same workers only; others go on from their mean. */
  private TrainingState withUsableOptimiser(Checkpoint checkpoint) throws IOException {
    TrainingState state = checkpoint.state();
    TrainConfig train = keys.train();
    boolean same =
        train.exchange().innerState() == Inner.LOCAL
            && train.localSteps(state.imagesSeen()) > 1
            && state.inner().equals(new InnerState.Own(state.inner().step(), train.workers()));
    if (same || !(state.inner() instanceof InnerState.Own own)) {
      return state;
    }
    ParameterLayout layout = checkpoint.model().newNetwork().layout();
    AdamState mean = WorkerParts.mean(hadoop(), checkpoint.directory(), layout, own);
    return new TrainingState(
        state.round(),
        state.imagesSeen(),
        state.parameters(),
        new InnerState.Shared(mean),
        state.outerMomentum(),
        state.ema());
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private void requireSameShape(Checkpoint checkpoint, ModelSpec model) {
    if (!checkpoint.model().equals(model)) {
      throw new UserError(
          "run=%s was trained on images of %s, the images of data=%s are %s; name another run=DIR"
              .formatted(run.location(), checkpoint.model().image(), keys.data(), model.image()));
    }
  }

  private void tellWhatStarts(ImagesTable table, WorkerPlan plan, TrainingState state) {
    out.printf(
        "%d images of %s, %s; %s; %,d parameters; %s with %s each, %s a round%n",
        plan.totalImages(),
        table.name(),
        table.shape(),
        count(plan.orders().size(), "order"),
        state.parameters().size(),
        count(keys.train().workers(), "worker"),
        count(keys.train().batchSize(), "image"),
        count(keys.train().exchange().localSteps(), "step"));
    out.printf(
        "a step takes a worker about %d MB of memory besides its Java heap%n",
        Math.max(1, WorkerMemory.ofStep(plan).bytes() >> 20));
    if (state.round() > 0) {
      out.printf("going on with run %s after round %d%n", run.location(), state.round());
    }
  }

  private void tellWhere(List<Participant> present) {
    Map<String, Long> workers =
        present.stream()
            .map(Participant::toString)
            .collect(Collectors.groupingBy(where -> where, TreeMap::new, Collectors.counting()));
    workers.forEach(
        (where, number) -> out.printf("%s on %s%n", count(number.intValue(), "worker"), where));
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private void train(
      WorkerPlan plan,
      JavaRDD<IndexedImage> lanes,
      TrainingState state,
      Optional<Path> newest,
      Scoring scoring)
      throws IOException {
    String runId = run.adopt(config);
    run.dropRoundsAfter(state.round());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> files =
        context.broadcast(new SerializableConfiguration(hadoop()));
    try (TrainingMetrics metrics = TrainingMetrics.begin(out)) {
      RunRecorder recorder =
          new RunRecorder(run, config, plan.model(), runId, scoring, metrics, out);
      recorder.startFrom(state, newest);
      Computation computation = new ModelComputation(plan, new WorkerOptimisers(plan, files));
      Exchange exchange = Exchange.of(keys.train().workers());
      new TrainingLoop(context, plan, lanes, computation, exchange, runId, recorder).run(state);
    } finally {
      files.destroy();
    }
  }
}
