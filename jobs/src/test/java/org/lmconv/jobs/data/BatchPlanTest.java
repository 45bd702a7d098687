package org.lmconv.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {
  private static final long SEED = 17;

  @ParameterizedTest
  @CsvSource({"97, 2, 3", "97, 6, 1", "12, 4, 3", "23, 3, 4", "1000, 5, 7", "6, 3, 2", "1, 1, 1"})
  void theBatchOfAStepDoesNotDependOnTheNumberOfWorkers(long total, int workers, int batch) {
    BatchPlan shared = new BatchPlan(total, workers, batch, SEED);
    BatchPlan alone = new BatchPlan(total, 1, workers * batch, SEED);
    List<List<Long>> partitions = partitions(total, workers, batch);
    List<List<Long>> whole = partitions(total, 1, workers * batch);
    for (long step = 0; step < 3 * shared.stepsPerEpoch() + 1; step++) {
      assertThat(globalBatch(shared, partitions, step))
          .isEqualTo(globalBatch(alone, whole, step))
          .hasSize(workers * batch);
    }
  }

  @ParameterizedTest
  @CsvSource({"97, 2, 3", "12, 4, 3", "23, 3, 4", "1000, 5, 7"})
  void withinAnEpochNoImageRepeatsAndFewAreLeftOut(long total, int workers, int batch) {
    BatchPlan plan = new BatchPlan(total, workers, batch, SEED);
    List<List<Long>> partitions = partitions(total, workers, batch);
    for (long epoch = 0; epoch < 3; epoch++) {
      Set<Long> seen = new HashSet<>();
      for (long p = 0; p < plan.stepsPerEpoch(); p++) {
        long step = epoch * plan.stepsPerEpoch() + p;
        assertThat(plan.epoch(step)).isEqualTo(epoch);
        assertThat(seen).doesNotContainAnyElementsOf(globalBatch(plan, partitions, step));
        seen.addAll(globalBatch(plan, partitions, step));
      }
      assertThat(total - seen.size()).isEqualTo(total % (workers * batch));
    }
  }

  @Test
  void overManyEpochsEveryImageIsVisitedAboutOncePerEpoch() {
    int epochs = 200;
    BatchPlan plan = new BatchPlan(23, 2, 5, SEED); // lanes of 3 and 2 images, 2 steps per epoch
    List<List<Long>> partitions = partitions(23, 2, 5);
    Map<Long, Integer> visits = new HashMap<>();
    for (long step = 0; step < epochs * plan.stepsPerEpoch(); step++) {
      globalBatch(plan, partitions, step).forEach(image -> visits.merge(image, 1, Integer::sum));
    }
    assertThat(visits).hasSize(23);
    visits.forEach(
        (image, count) -> {
          boolean longLane = image % 10 < 3;
          // A long lane leaves out one of its 3 images per epoch: a binomial, 5 deviations wide.
          double expected = longLane ? epochs * 2 / 3.0 : epochs;
          double deviation = longLane ? Math.sqrt(epochs * 2 / 9.0) : 0;
          assertThat((double) count).isBetween(expected - 5 * deviation, expected + 5 * deviation);
        });
  }

  @Test
  void epochsSeedsAndLanesDifferInOrder() {
    BatchPlan plan = new BatchPlan(1000, 1, 2, SEED);
    List<Integer> first = visits(plan, 0, 0);
    assertThat(first).isNotEqualTo(visits(plan, 1, 0));
    assertThat(first).isNotEqualTo(visits(new BatchPlan(1000, 1, 2, SEED + 1), 0, 0));
    assertThat(first).isNotEqualTo(visits(plan, 0, 1));
  }

  @Test
  void aStepAskedForAgainGivesTheSameBatch() {
    BatchPlan plan = new BatchPlan(100, 2, 4, SEED);
    int[] before = plan.positions(1, 5);
    plan.positions(0, 77);
    assertThat(plan.positions(1, 5)).isEqualTo(before);
  }

  @Test
  void farStepsAreReachedAtOnce() {
    BatchPlan plan = new BatchPlan(100, 2, 4, SEED);
    assertThat(plan.positions(0, Long.MAX_VALUE)).hasSize(4);
    assertThat(plan.epoch(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE / 12);
  }

  @Test
  void refusesWhatIsNoPlanWorkerOrStep() {
    refuses(
        "a step of 2 workers × 4 images needs 8 images, got 7", () -> new BatchPlan(7, 2, 4, SEED));
    refuses(
        "8589934592 images are too many for 2 workers; use more workers",
        () -> new BatchPlan(1L << 33, 2, 4, SEED));
    refuses(
        "workers and batch size are at least 1 and their product fits an int, got 0 and 4",
        () -> new BatchPlan(8, 0, 4, SEED));
    BatchPlan plan = new BatchPlan(8, 2, 4, SEED);
    refuses("no worker 2 of 2 at step 0", () -> plan.positions(2, 0));
    refuses("no worker 0 of 2 at step -1", () -> plan.positions(0, -1));
  }

  private static void refuses(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  /** The places that one lane of worker 0 visits in an epoch. */
  private static List<Integer> visits(BatchPlan plan, long epoch, int lane) {
    List<Integer> places = new ArrayList<>();
    for (long p = 0; p < plan.stepsPerEpoch(); p++) {
      places.add(plan.positions(0, epoch * plan.stepsPerEpoch() + p)[lane] - lane);
    }
    return places;
  }

  /** The image indices of each worker, dealt as the contract says. */
  private static List<List<Long>> partitions(long total, int workers, int batch) {
    List<List<Long>> partitions = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      int worker = w;
      partitions.add(
          LongStream.range(0, total)
              .filter(index -> index % (workers * batch) / batch == worker)
              .boxed()
              .toList());
    }
    return partitions;
  }

  private static List<Long> globalBatch(BatchPlan plan, List<List<Long>> partitions, long step) {
    List<Long> images = new ArrayList<>();
    for (int worker = 0; worker < partitions.size(); worker++) {
      for (int position : plan.positions(worker, step)) {
        images.add(partitions.get(worker).get(position));
      }
    }
    return images;
  }
}
