package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.parameter.ParameterVector;
import scala.Function2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Every worker sends its vectors to the driver, where a thread of its own sums them as they arrive:
 * Spark hands results out on the thread that schedules its jobs, which must not be kept waiting.
 */
final class DirectExchange implements Exchange {
  /** The one element of a worker's partition. */
  @FunctionalInterface
  private interface OnlyResult
      extends Function2<TaskContext, Iterator<WorkerResult>, WorkerResult>, Serializable {}

  @Override
  public Combined run(
      JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start) {
    int workers = images.getNumPartitions();
    OrderedSum sum = new OrderedSum(start.value(), workers);
    ExecutorService summing = Executors.newSingleThreadExecutor(DirectExchange::daemon);
    try {
      List<Future<?>> sums = new ArrayList<>();
      OnlyResult result = (context, results) -> results.next();
      Function2<Object, WorkerResult, BoxedUnit> arrival =
          (worker, arrived) -> {
            sums.add(summing.submit(() -> sum.accept((Integer) worker, arrived)));
            return BoxedUnit.UNIT;
          };
      images
          .context()
          .runJob(
              Exchange.results(images, computation, start).rdd(),
              result,
              partitions(workers),
              arrival,
              ClassTag$.MODULE$.apply(WorkerResult.class));
      for (Future<?> each : sums) {
        each.get();
      }
      return sum.combined();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while workers' results were summed", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("workers' results cannot be summed", e.getCause());
    } finally {
      summing.shutdownNow();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "lmconv-sum");
    thread.setDaemon(true);
    return thread;
  }

  private static Seq<Object> partitions(int workers) {
    return CollectionConverters.asScala(
            IntStream.range(0, workers).mapToObj(worker -> (Object) worker).toList())
        .toSeq();
  }

  /**
   * Sums the results of workers as they arrive, but always in the order of the workers, so that the
   * result does not depend on who was first. What arrives early waits.
   */
  static final class OrderedSum {
    private final VectorSums sums;
    private final WorkerResult[] waiting;
    private final WorkerReport[] reports;
    private int next;
    private long bytes;

    OrderedSum(RoundStart start, int workers) {
      this.sums = new VectorSums(start);
      this.waiting = new WorkerResult[workers];
      this.reports = new WorkerReport[workers];
    }

    /** Takes the result of a worker, once. */
    void accept(int worker, WorkerResult result) {
      if (reports[worker] != null) {
        throw new IllegalStateException("worker " + worker + " came twice");
      }
      reports[worker] = result.report();
      bytes += result.bytes();
      waiting[worker] = result;
      while (next < waiting.length && waiting[next] != null) {
        sums.add(waiting[next].report(), waiting[next].vectors());
        waiting[next++] = null; // 4 bytes per parameter that are not needed any more
      }
    }

    /** What came together; all workers must have been there. */
    Combined combined() {
      if (next < waiting.length) {
        throw new IllegalStateException("worker " + next + " is missing");
      }
      List<ParameterVector> vectors = sums.totals().stream().map(ParameterVector::new).toList();
      return new Combined(Arrays.asList(reports), vectors, bytes, bytes);
    }
  }
}
