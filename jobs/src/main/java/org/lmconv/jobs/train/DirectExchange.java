package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.IndexedImage;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Every worker sends its vectors to the driver, where a thread of its own sums them as they arrive:
 * Spark hands results out on the thread that schedules its jobs, which must not be kept waiting.
 */
final class DirectExchange implements Exchange {
  private static final ClassTag<WorkerResult> RESULT = ClassTag$.MODULE$.apply(WorkerResult.class);

  @Override
  public Combined run(
      JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start) {
    JavaRDD<WorkerResult> results = images.mapPartitions(new WorkerTask(computation, start));
    int workers = images.getNumPartitions();
    OrderedSum sum = new OrderedSum(start.value(), workers);
    ExecutorService summing = Executors.newSingleThreadExecutor(DirectExchange::daemon);
    try {
      Arrivals arrivals = new Arrivals(sum, summing);
      images
          .context()
          .runJob(results.rdd(), new OnlyResult(), partitions(workers), arrivals, RESULT);
      return arrivals.all.thenApply(done -> sum.combined()).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
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

  /** The one element of a worker's partition. */
  private static final class OnlyResult
      extends AbstractFunction2<TaskContext, Iterator<WorkerResult>, WorkerResult>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public WorkerResult apply(TaskContext context, Iterator<WorkerResult> results) {
      return results.next();
    }
  }

  /** Called on Spark's thread: passes each result on and returns. */
  private static final class Arrivals extends AbstractFunction2<Object, WorkerResult, BoxedUnit> {
    private final OrderedSum sum;
    private final ExecutorService summing;
    private CompletableFuture<Void> all = CompletableFuture.completedFuture(null);

    Arrivals(OrderedSum sum, ExecutorService summing) {
      this.sum = sum;
      this.summing = summing;
    }

    @Override
    public BoxedUnit apply(Object worker, WorkerResult result) {
      all = all.thenRunAsync(() -> sum.accept((Integer) worker, result), summing);
      return BoxedUnit.UNIT;
    }
  }
}
