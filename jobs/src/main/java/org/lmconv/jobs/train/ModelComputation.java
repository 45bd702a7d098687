package org.lmconv.jobs.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.data.BatchPlan;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.session.ExecutorModels;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.jobs.train.Exchange.Computation;
import org.lmconv.jobs.train.WorkerResult.Outcome;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.Seeds;
import org.lmconv.model.Seeds.Purpose;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.DeviceModel.Gradient;
import org.lmconv.model.device.NonFiniteLossException;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.PixelOrder;

/** A worker's part of a round: one gradient, or several steps of its own optimiser. */
final class ModelComputation implements Computation {
  private static final long serialVersionUID = 1;

  private final WorkerPlan plan;
  private final WorkerOptimisers optimisers;

  ModelComputation(WorkerPlan plan, WorkerOptimisers optimisers) {
    this.plan = plan;
    this.optimisers = optimisers;
  }

  @Override
  public WorkerResult run(List<IndexedImage> images, int worker, RoundStart start) {
    TrainConfig train = plan.train();
    BatchPlan batches =
        new BatchPlan(plan.totalImages(), train.workers(), train.batchSize(), plan.seed());
    return ExecutorModels.with(
        plan.model(),
        plan.placement(),
        model -> new WorkerRound(plan, optimisers, batches, images, worker, start, model).run());
  }

  /** One worker in one round. */
  private record WorkerRound(
      WorkerPlan plan,
      WorkerOptimisers optimisers,
      BatchPlan batches,
      List<IndexedImage> images,
      int worker,
      RoundStart start,
      DeviceModel model) {

    WorkerResult run() {
      return start.localSteps() == 1 ? gradient() : localSteps();
    }

    private WorkerResult gradient() {
      model.load(start.parameters());
      long began = System.nanoTime();
      try {
        Gradient gradient = model.gradient(batch(0), order(0), dropoutSeed(0));
        return done(gradient.nats(), seconds(began), List.of(gradient.values().values()));
      } catch (NonFiniteLossException e) {
        return notFinite(e, 0);
      }
    }

    private WorkerResult localSteps() {
      Optional<AdamState> adam = optimisers.atStart(start, worker);
      if (adam.isEmpty()) {
        return failed(Outcome.STATE_LOST, "its optimiser was lost with an executor");
      }
      model.load(start.parameters(), plan.adam(), adam.get());
      double nats = 0;
      long began = System.nanoTime();
      for (int step = 0; step < start.localSteps(); step++) {
        try {
          nats += model.train(batch(step), order(step), dropoutSeed(step), rate(step));
        } catch (NonFiniteLossException e) {
          return notFinite(e, step);
        }
      }
      model.synchronize();
      double seconds = seconds(began);
      List<float[]> vectors = new ArrayList<>(List.of(wayTo(model.parameters().values())));
      vectors.addAll(optimisers.afterwards(start, worker, model));
      return done(nats, seconds, vectors);
    }

    private float[] wayTo(float[] end) {
      float[] begin = start.parameters().values();
      for (int i = 0; i < end.length; i++) {
        end[i] -= begin[i];
      }
      return end;
    }

    private WorkerResult done(double nats, double seconds, List<float[]> vectors) {
      Precision precision = plan.train().transport();
      WorkerReport report =
          new WorkerReport(
              (long) start.localSteps() * plan.train().batchSize(),
              nats,
              seconds,
              MachineMemory.residentBytes(),
              plan.placement().participant(),
              Outcome.DONE,
              "");
      return new WorkerResult(
          report, vectors.stream().map(vector -> Packed.of(precision, vector)).toList());
    }

    private WorkerResult notFinite(NonFiniteLossException e, int step) {
      return failed(
          Outcome.NOT_FINITE,
          "%s at order %s, learning rate %.3g"
              .formatted(e.getMessage(), order(step).name(), rate(step)));
    }

    private WorkerResult failed(Outcome outcome, String reason) {
      return WorkerResult.failed(plan.placement().participant(), outcome, reason);
    }

    /** {@code [N, C, H, W]}. */
    private float[] batch(int step) {
      long globalStep = imagesSeenBefore(step) / plan.train().globalBatch();
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
      return plan.learningRate().at(imagesSeenBefore(step), plan.train().globalBatch());
    }

    private long imagesSeenBefore(int step) {
      return start.imagesSeen() + step * plan.train().globalBatch();
    }

    private static double seconds(long began) {
      return (System.nanoTime() - began) / 1e9;
    }
  }
}
