package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.session.Placement.Participant;
import org.lmconv.jobs.train.DirectExchange.OrderedSum;
import org.lmconv.jobs.train.Exchange.Computation;
import org.lmconv.jobs.train.SlicedExchange.Slice;
import org.lmconv.jobs.train.SlicedExchange.SliceSum;
import org.lmconv.jobs.train.SlicedExchange.TornRoundException;
import org.lmconv.jobs.train.WorkerResult.Outcome;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.tensor.Precision;

/** Both ways in which results come together, with random vectors in the place of training. */
class ExchangeTest {
  private static final int WORKERS = 12;
  private static final int SIZE = 100_003;
  private static final Participant HERE = new Participant("host", "driver", "cpu", "");

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());

  private static RoundStart start(int localSteps) {
    return new RoundStart(
        1, 0, localSteps, ParameterVector.zeros(SIZE), new InnerState.Fresh(), null);
  }

  private static float[] vector(int worker, int which) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = Seeds.uniform(100 * which + worker, i) - 0.5f;
    }
    return values;
  }

  /** Workers of different weight, with one vector or three. */
  private static WorkerResult result(int worker, int vectors, Precision transport) {
    WorkerReport report = new WorkerReport(worker + 1, worker, 0, -1, HERE, Outcome.DONE, "");
    return new WorkerResult(
        report,
        IntStream.range(0, vectors)
            .mapToObj(which -> Packed.of(transport, vector(worker, which)))
            .toList());
  }

  private Combined run(Exchange exchange, int workers, RoundStart start, Computation computation) {
    JavaRDD<IndexedImage> images = spark.parallelize(List.<IndexedImage>of(), workers);
    Broadcast<RoundStart> broadcast = spark.broadcast(start);
    try {
      return exchange.run(images, computation, broadcast);
    } finally {
      broadcast.destroy();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, FLOAT32", "4, 1, FLOAT32", "4, 3, FLOAT32", "4, 1, BFLOAT16"})
  void slicesGiveTheBitsOfThePlainWay(int localSteps, int vectors, Precision transport) {
    Computation computation = (images, worker, start) -> result(worker, vectors, transport);
    Combined plain = run(new DirectExchange(), WORKERS, start(localSteps), computation);
    Combined sliced = run(new SlicedExchange(), WORKERS, start(localSteps), computation);
    assertThat(sliced.vectors()).isEqualTo(plain.vectors()).hasSize(vectors);
    assertThat(sliced.reports()).isEqualTo(plain.reports()).hasSize(WORKERS);
    assertThat(sliced.sentBytes()).isEqualTo(plain.sentBytes());
    assertThat(plain.driverBytes()).isEqualTo(plain.sentBytes());
    assertThat(sliced.driverBytes()).isEqualTo(4L * vectors * SIZE);
  }

  /** In double, from the definition. */
  @Test
  void gradientsAreSummedAndWaysAveragedOverImages() {
    double[] sum = new double[SIZE];
    double[] mean = new double[SIZE];
    for (int worker = 0; worker < 3; worker++) {
      float[] values = vector(worker, 0);
      for (int i = 0; i < SIZE; i++) {
        sum[i] += values[i];
        mean[i] += (worker + 1) * (double) values[i] / 6;
      }
    }
    Computation computation = (images, worker, start) -> result(worker, 1, Precision.FLOAT32);
    float[] gradient =
        run(new DirectExchange(), 3, start(1), computation).vectors().get(0).values();
    float[] way = run(new DirectExchange(), 3, start(2), computation).vectors().get(0).values();
    for (int i = 0; i < SIZE; i++) {
      assertThat(gradient[i]).isEqualTo((float) sum[i]);
      // The mean is divided once, here three times: they differ far below a float32.
      assertThat(Math.abs(way[i] - mean[i])).isLessThanOrEqualTo(Math.ulp(way[i]));
    }
  }

  /** Counted by Spark itself, with all that it adds. */
  @Test
  void theDriverReceivesOneModelFromManyWorkers() throws Exception {
    LongAdder received = new LongAdder();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            received.add(end.taskMetrics().resultSize());
          }
        };
    Computation computation = (images, worker, start) -> result(worker, 1, Precision.FLOAT32);
    spark.sc().addSparkListener(counter);
    try {
      run(new SlicedExchange(), WORKERS, start(4), computation);
      spark.sc().listenerBus().waitUntilEmpty();
    } finally {
      spark.sc().removeSparkListener(counter);
    }
    assertThat(received.sum()).isBetween(4L * SIZE, (long) (1.2 * 4 * SIZE));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aWorkerThatFailsIsReportedAndNothingIsSummed(boolean sliced) {
    Computation computation =
        (images, worker, start) ->
            worker == 1
                ? WorkerResult.failed(HERE, Outcome.NOT_FINITE, "it burst")
                : result(worker, 1, Precision.FLOAT32);
    Exchange exchange = sliced ? new SlicedExchange() : new DirectExchange();
    Combined combined = run(exchange, 3, start(2), computation);
    assertThat(combined.vectors()).isEmpty();
    assertThat(combined.reports().get(1).reason()).isEqualTo("it burst");
    assertThat(combined.reports().get(2).outcome()).isEqualTo(Outcome.DONE);
  }

  @Test
  void anExceptionOfAWorkerComesOut() {
    Computation computation =
        (images, worker, start) -> {
          throw new IllegalArgumentException("no such thing");
        };
    for (Exchange exchange : List.of(new DirectExchange(), new SlicedExchange())) {
      assertThatExceptionOfType(Exception.class)
          .isThrownBy(() -> run(exchange, 2, start(2), computation))
          .withStackTraceContaining("no such thing");
    }
  }

  @Test
  void slicesOfTwoAttemptsThatDifferAreNoticed() {
    RoundStart start = start(2);
    List<SliceSum> sums = new ArrayList<>();
    for (int index = 0; index < 2; index++) {
      List<Slice> slices = new ArrayList<>();
      for (int worker = 0; worker < 2; worker++) {
        // Worker 1 was run again for the second slice, and made another vector.
        int attempt = worker == 1 && index == 1 ? 7 : worker;
        slices.add(SlicedExchange.cut(worker, result(attempt, 1, Precision.FLOAT32), 2).get(index));
      }
      sums.add(SlicedExchange.sum(start, index, slices));
    }
    assertThatExceptionOfType(TornRoundException.class)
        .isThrownBy(() -> SlicedExchange.combined(sums, start))
        .withMessage("slices of worker 1 come from attempts with different results");
  }

  @Test
  void aTornRoundIsRunAgainSomeTimes() {
    Combined whole = new Combined(List.of(), List.of(), 0, 0);
    assertThat(SlicedExchange.untorn(tearing(3, whole))).isSameAs(whole);
    assertThatExceptionOfType(TornRoundException.class)
        .isThrownBy(() -> SlicedExchange.untorn(tearing(4, whole)));
  }

  /** Tears the first rounds. */
  private static Supplier<Combined> tearing(int torn, Combined whole) {
    AtomicInteger left = new AtomicInteger(torn);
    return () -> {
      if (left.getAndDecrement() > 0) {
        throw new TornRoundException("torn");
      }
      return whole;
    };
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() {
    List<Integer> arrivals = new ArrayList<>(IntStream.range(0, WORKERS).boxed().toList());
    Combined inOrder = summed(arrivals);
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(arrivals, new Random(seed));
      assertThat(summed(arrivals)).isEqualTo(inOrder);
    }
  }

  private static Combined summed(List<Integer> arrivals) {
    OrderedSum sum = new OrderedSum(start(2), WORKERS);
    for (int worker : arrivals) {
      sum.accept(worker, result(worker, 1, Precision.FLOAT32));
    }
    return sum.combined();
  }

  @Test
  void aWorkerCountsOnceAndNoneIsLeftOut() {
    OrderedSum sum = new OrderedSum(start(2), 2);
    sum.accept(1, result(1, 1, Precision.FLOAT32));
    assertThatIllegalStateException()
        .isThrownBy(() -> sum.accept(1, result(1, 1, Precision.FLOAT32)))
        .withMessage("worker 1 came twice");
    assertThatIllegalStateException().isThrownBy(sum::combined).withMessage("worker 0 is missing");
  }
}
