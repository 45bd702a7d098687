package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.session.Placement;
import org.lmconv.jobs.session.Placement.Participant;
import org.lmconv.jobs.train.RoundObserver.Beginning;
import org.lmconv.jobs.train.RoundObserver.Folders;
import org.lmconv.jobs.train.RoundStart.Keeping;
import org.lmconv.jobs.train.WorkerResult.Outcome;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.Execution;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.tensor.Precision;

/** Rounds that have to be tried again; ways that are drawn at random take the place of training. */
class TrainingLoopTest {
  private static final int ROUNDS = 8;
  private static final int CHECKPOINT_EVERY = 3;

  /** The first round in which worker 1 is on another executor. */
  private static final int MOVES = 6;

  /** Rounds in which worker 1 has still to lose its optimiser. Tasks run in this JVM. */
  private static final Set<Integer> LOSING = ConcurrentHashMap.newKeySet();

  private static volatile boolean losesAlways;

  /** What worker 1 was given, in the order of its rounds. */
  private static final ConcurrentLinkedQueue<RoundStart> STARTS = new ConcurrentLinkedQueue<>();

  /** How often a partition of the images was computed. */
  private static final AtomicInteger COMPUTED = new AtomicInteger();

  private final List<Integer> finished = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void forget() {
    LOSING.clear();
    losesAlways = false;
    STARTS.clear();
    COMPUTED.set(0);
  }

  private static WorkerPlan plan() {
    JobConfig config =
        TinyRuns.config(
            "train.rounds=" + ROUNDS,
            "train.local-steps=2",
            "train.warmup-images=0",
            "train.outer=nesterov",
            "train.inner-state=local");
    return new WorkerPlan(
        config.model().spec(new ImageShape(1, 4, 4)),
        null,
        null,
        config.as(TrainKeys.class).train(),
        new LearningRate(1, 0, 0, 100),
        2,
        1,
        new Placement(DeviceChoice.CPU, true, 1, Execution.DEFAULT));
  }

  private static WorkerResult compute(List<IndexedImage> images, int worker, RoundStart start) {
    String executor = start.round() >= MOVES && worker == 1 ? "1" : "0";
    Participant here = new Participant("here", executor, "cpu", "");
    if (worker == 1) {
      STARTS.add(start);
      if (LOSING.remove(start.round()) || losesAlways && start.round() == 5) {
        return WorkerResult.failed(here, Outcome.STATE_LOST, "its optimiser was lost");
      }
    }
    float[] way = new float[start.parameters().size()];
    for (int i = 0; i < way.length; i++) {
      way[i] = Seeds.uniform(start.round() * 10L + worker, i) - start.parameters().values()[i];
    }
    WorkerReport report = new WorkerReport(4, 1, 0.1, -1, here, Outcome.DONE, "");
    return new WorkerResult(report, List.of(Packed.of(Precision.FLOAT32, way)));
  }

  /** The state after the last round. */
  private TrainingState train() throws IOException {
    WorkerPlan plan = plan();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    JavaRDD<IndexedImage> images =
        spark
            .parallelize(List.<IndexedImage>of(), 2)
            .mapPartitions(
                none -> {
                  COMPUTED.incrementAndGet();
                  return none;
                })
            .persist(StorageLevel.MEMORY_ONLY());
    Memory memory = new Memory(plan);
    finished.clear();
    new TrainingLoop(spark, plan, images, TrainingLoopTest::compute, memory).run(memory.start());
    return memory.kept;
  }

  /** Keeps checkpoints in memory. */
  private final class Memory implements RoundObserver {
    private TrainingState kept;

    Memory(WorkerPlan plan) {
      ParameterVector zeros = ParameterVector.zeros((int) plan.parameters());
      kept =
          new TrainingState(
              0, 0, zeros, new InnerState.Fresh(), Optional.empty(), Optional.empty());
    }

    Beginning start() {
      return new Beginning(kept, after(kept.round()));
    }

    private Folders after(int round) {
      boolean has = round > 0 && kept.round() == round;
      return new Folders(has ? folder(round) : null, keeps(round + 1) ? folder(round + 1) : null);
    }

    private static String folder(int round) {
      return "checkpoint " + round;
    }

    private static boolean keeps(int round) {
      return round % CHECKPOINT_EVERY == 0 || round == ROUNDS;
    }

    @Override
    public Folders finished(FinishedRound round) {
      finished.add(round.report("id", 0).round());
      if (keeps(round.number())) {
        kept = round.state();
      }
      return after(round.number());
    }

    @Override
    public Beginning goBack(String why) {
      said.add(why);
      return start();
    }
  }

  @Test
  void aLostOptimiserCostsTheRoundsSinceTheLastCheckpointAndNothingElse() throws IOException {
    TrainingState undisturbed = train();
    STARTS.clear();
    LOSING.addAll(List.of(2, 5, 7));
    assertThat(train()).isEqualTo(undisturbed);
    assertThat(finished).containsExactly(1, 1, 2, 3, 4, 4, 5, 6, 7, 8);
    assertThat(said)
        .containsExactly(
            "round 2: worker 1: its optimiser was lost",
            "round 5: worker 1: its optimiser was lost",
            "round 7: worker 1: its optimiser was lost");
  }

  @Test
  void imagesFollowAWorkerThatHasMoved() throws IOException {
    train();
    assertThat(COMPUTED).as("two partitions, cached at first and after the move").hasValue(4);
  }

  @Test
  void workersAreToldWhereTheirStatesAre() throws IOException {
    LOSING.add(5);
    train();
    List<Keeping> keeping = STARTS.stream().map(RoundStart::keeping).toList();
    assertThat(STARTS).extracting(RoundStart::round).containsExactly(1, 2, 3, 4, 5, 4, 5, 6, 7, 8);
    assertThat(keeping)
        .extracting(Keeping::writeTo)
        .containsExactly(
            null,
            null,
            "checkpoint 3",
            null,
            null,
            null,
            null,
            "checkpoint 6",
            null,
            "checkpoint 8");
    assertThat(keeping)
        .extracting(Keeping::restoreFrom)
        .containsExactly(
            null,
            null,
            null,
            "checkpoint 3",
            null,
            "checkpoint 3",
            null,
            null,
            "checkpoint 6",
            null);
    // What was kept before the loss does not count any more.
    assertThat(keeping.subList(0, 5))
        .extracting(Keeping::session)
        .containsOnly(session(keeping, 0));
    assertThat(keeping.subList(5, 10))
        .extracting(Keeping::session)
        .containsOnly(session(keeping, 5))
        .doesNotContain(session(keeping, 0));
  }

  private static String session(List<Keeping> keeping, int index) {
    return keeping.get(index).session();
  }

  @Test
  void losingTheSameRoundAgainAndAgainEndsTheRun() {
    losesAlways = true;
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> train())
        .withMessage(
            "round 5: worker 1: its optimiser was lost, 4 times since the last checkpoint; use"
                + " train.inner-state=average, which loses nothing with an executor, or a smaller"
                + " train.checkpoint-every");
    assertThat(said).hasSize(3);
  }
}
