package org.lmconv.jobs.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.BatchPlan;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.executor.ExecutorModels;
import org.lmconv.model.Seeds;
import org.lmconv.model.Seeds.Purpose;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Gradient;
import org.lmconv.model.device.NonFiniteLossException;
import org.lmconv.orders.PixelOrder;

/** A worker's part of a round: one gradient, or several steps of its own optimiser. */
final class PartitionTrainer implements FlatMapFunction<Iterator<IndexedImage>, WorkerResult> {
  private static final long serialVersionUID = 1;

  private final WorkerPlan plan;
  private final Broadcast<RoundStart> broadcast;

  PartitionTrainer(WorkerPlan plan, Broadcast<RoundStart> broadcast) {
    this.plan = plan;
    this.broadcast = broadcast;
  }

  @Override
  public Iterator<WorkerResult> call(Iterator<IndexedImage> partition) {
    List<IndexedImage> images = new ArrayList<>(); // references to the cached partition
    partition.forEachRemaining(images::add);
    int worker = TaskContext.getPartitionId();
    if (!plan.placement().local()) {
      WorkerMemory.requireOnce(plan, 1); // the driver has done so for a local master
    }
    RoundStart start = broadcast.value();
    WorkerResult result =
        ExecutorModels.with(
            plan.model(),
            plan.placement(),
            model -> new WorkerRound(images, worker, start, model).run());
    return List.of(result).iterator();
  }

  /** One worker in one round. */
  private final class WorkerRound {
    private final List<IndexedImage> images;
    private final int worker;
    private final RoundStart start;
    private final DeviceModel model;
    private final BatchPlan batches;
    private final int batchSize = plan.train().batchSize();
    private final int localSteps = plan.train().localSteps();

    WorkerRound(List<IndexedImage> images, int worker, RoundStart start, DeviceModel model) {
      this.images = images;
      this.worker = worker;
      this.start = start;
      this.model = model;
      this.batches =
          new BatchPlan(plan.totalImages(), plan.train().workers(), batchSize, plan.seed());
    }

    WorkerResult run() {
      long began = System.nanoTime();
      return start.adam() == null ? gradient(began) : localSteps(began);
    }

    private WorkerResult gradient(long began) {
      model.load(start.parameters());
      try {
        Gradient gradient = model.gradient(batch(0), order(0), dropoutSeed(0));
        return new WorkerResult(
            batchSize,
            gradient.nats(),
            gradient.values(),
            null,
            seconds(began),
            ProcessMemory.residentBytes(),
            null);
      } catch (NonFiniteLossException e) {
        return failed(e, 0);
      }
    }

    private WorkerResult localSteps(long began) {
      model.load(start.parameters(), plan.adam(), start.adam());
      double nats = 0;
      for (int step = 0; step < localSteps; step++) {
        try {
          nats += model.train(batch(step), order(step), dropoutSeed(step), rate(step));
        } catch (NonFiniteLossException e) {
          return failed(e, step);
        }
      }
      return new WorkerResult(
          (long) localSteps * batchSize,
          nats,
          model.parameters(),
          model.adamState(),
          seconds(began),
          ProcessMemory.residentBytes(),
          null);
    }

    private WorkerResult failed(NonFiniteLossException e, int step) {
      return WorkerResult.failed(
          "%s at order %s, learning rate %.3g"
              .formatted(e.getMessage(), order(step).name(), rate(step)));
    }

    /** {@code [N, C, H, W]}. */
    private float[] batch(int step) {
      long globalStep = imagesSeenBefore(step) / plan.globalBatch();
      int[] positions = batches.positions(worker, globalStep);
      int size = plan.model().image().dimensions();
      float[] batch = new float[positions.length * size];
      for (int i = 0; i < positions.length; i++) {
        IndexedImage image = images.get(positions[i]);
        plan.encoder()
            .forTraining(image.id(), image.pixels(), plan.seed(), globalStep, batch, i * size);
      }
      return batch;
    }

    private PixelOrder order(int step) {
      return plan.orders().pick(draw(Purpose.ORDER, step));
    }

    private long dropoutSeed(int step) {
      return draw(Purpose.DROPOUT, step);
    }

    private long draw(Purpose purpose, int step) {
      return Seeds.of(plan.seed(), purpose, start.round(), worker, step);
    }

    private double rate(int step) {
      return plan.learningRate().at(imagesSeenBefore(step), plan.globalBatch());
    }

    private long imagesSeenBefore(int step) {
      return start.imagesSeen() + step * plan.globalBatch();
    }

    private static double seconds(long began) {
      return (System.nanoTime() - began) / 1e9;
    }
  }
}
