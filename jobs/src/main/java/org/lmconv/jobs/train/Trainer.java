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
import org.lmconv.jobs.base.Clock;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.score.Scoring;
import org.lmconv.jobs.session.NativeWork;
import org.lmconv.jobs.session.Placement;
import org.lmconv.jobs.session.Placement.Participant;
import org.lmconv.model.device.ModelSpec;

/** Trains a model, in the Spark session of its images, into the directory of a run. */
public final class Trainer {
  private final ImagesTable table;
  private final JobConfig settings;
  private final TrainKeys keys;
  private final TrainConfig train;
  private final PrintStream out;
  private final ImageSplit images;
  private final SparkSession spark;
  private final RunDirectory run;
  private final ModelSpec model;

  private Trainer(ImagesTable table, JobConfig settings, PrintStream out) throws IOException {
    this.table = table;
    this.settings = settings;
    this.keys = settings.as(TrainKeys.class);
    this.train = keys.train();
    this.out = out;
    this.images = table.split("train");
    this.spark = images.rows().sparkSession();
    this.run = RunDirectory.at(hadoop(), keys.run());
    this.model = settings.model().spec(table.shape());
  }

  /**
   * Trains to the last round, or goes on with the run that is there, then scores.
   *
   * @param images whose split "train" is trained on
   * @param out is told how it goes
   * @throws UserError if the images, the run directory or the cluster are not fit for it
   */
  public static void fit(ImagesTable images, JobConfig settings, PrintStream out)
      throws IOException {
    long began = System.nanoTime();
    Trainer trainer = new Trainer(images, settings, out);
    trainer.fit();
    out.printf(
        "%s in all; Parquet tables are in %s: rounds, nll, nll_summary, checkpoints%n",
        Clock.of((System.nanoTime() - began) / 1e9), trainer.run.location());
  }

  private void fit() throws IOException {
    run.requireAdoptable(settings);
    JavaRDD<IndexedImage> lanes = images.lanes(train.workers(), train.batchSize());
    Scoring scoring =
        new Scoring(
            spark, settings, model, table, Regions.all(model.image().grid()), run.nll(), out);
    Optional<Path> seen = run.checkpoints().newest();
    Optional<Checkpoint> newest = run.checkpoints().newestWhole(out);
    TrainingState state = new FirstState(hadoop(), settings, model, out).state(newest);
    WorkerPlan plan = plan(state);
    RoundMemory.require(spark.sparkContext().getConf(), plan);
    tellWhatStarts(plan, state);
    if (state.round() >= train.rounds()) {
      out.printf("all %d rounds are done; go on with train.rounds=MORE%n", state.round());
      try {
        take(seen);
        run.writeScores(state.round(), scoring.scoreOnce(run.adopt(settings), state));
      } finally {
        run.release();
      }
      return;
    }
    lanes.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      tellWhere(RollCall.of(lanes, plan));
      take(seen);
      NativeWork.ifStopped(this::whatIsSaved);
      train(plan, lanes, state, newest.map(Checkpoint::directory), scoring);
    } finally {
      NativeWork.ifStopped(null);
      run.release();
      lanes.unpersist();
    }
  }

  /**
   * Takes the run.
   *
   * @param newest checkpoint of it, as this process knows it
   */
  private void take(Optional<Path> newest) throws IOException {
    run.take(out);
    if (!run.checkpoints().newest().equals(newest)) {
      throw new UserError(
          "run=%s was trained by another driver meanwhile; start again to go on from there"
              .formatted(run.location()));
    }
  }

  private String whatIsSaved() {
    try {
      return run.checkpoints()
          .newest()
          .map(path -> path.getName() + " is saved, and the same command goes on from there")
          .orElse("no round is saved yet");
    } catch (IOException e) {
      return "what is saved cannot be read: " + e.getMessage();
    }
  }

  private WorkerPlan plan(TrainingState state) {
    return new WorkerPlan(
        model,
        ImageEncoder.of(model, settings),
        settings.ordersOn(model.image().grid()),
        train,
        LearningRate.of(train, state),
        images.count(),
        keys.seed(),
        Placement.of(
            spark.sparkContext().getConf(), keys.device(), settings.execution(), train.workers()));
  }

  private void train(
      WorkerPlan plan,
      JavaRDD<IndexedImage> lanes,
      TrainingState state,
      Optional<Path> newest,
      Scoring scoring)
      throws IOException {
    String runId = run.adopt(settings);
    run.dropRoundsAfter(state.round());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> files =
        context.broadcast(new SerializableConfiguration(hadoop()));
    try (TrainingMetrics metrics = TrainingMetrics.begin(out)) {
      RunRecorder recorder = new RunRecorder(run, settings, model, runId, scoring, metrics, out);
      ModelComputation computation = new ModelComputation(plan, new WorkerOptimisers(plan, files));
      new TrainingLoop(context, plan, lanes, computation, recorder)
          .run(recorder.begin(state, newest));
    } finally {
      files.destroy();
    }
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private void tellWhatStarts(WorkerPlan plan, TrainingState state) {
    out.printf(
        "%d images of %s, %s; %s; %,d parameters; %s with %s each, %s a round%n",
        plan.totalImages(),
        table.name(),
        table.shape(),
        count(plan.orders().size(), "order"),
        state.parameters().size(),
        count(train.workers(), "worker"),
        count(train.batchSize(), "image"),
        count(train.localSteps(), "step"));
    out.printf(
        "a step takes a worker about %d MB of memory besides its Java heap%n",
        Math.max(1, RoundMemory.ofStep(plan) >> 20));
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
}
