package org.lmconv.jobs.conf;

import java.util.Collections;
import java.util.List;
import org.lmconv.jobs.conf.Keys.Because;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.model.ImageShape;
import org.lmconv.model.tensor.Precision;

/** What {@code plan} reads; {@code reference.conf} explains each key. */
@Because("it predicts from rounds of a run, or from what it measures")
public record PlanKeys(
    String run,
    List<String> orders,
    DeviceChoice device,
    Precision precision,
    Update train,
    ModelConfig model,
    Measured bench,
    PlanConfig plan) {
  public PlanKeys {
    new Orders("orders", orders).requireNames();
  }

  /** Of the section "train". */
  public record Update(int batchSize, boolean recompute, Precision transport) {
    public Update {
      Bounds.atLeast("train.batch-size", batchSize, 1);
    }
  }

  /** Of the section "bench". */
  public record Measured(
      String image,
      int threads,
      int warmup,
      int repetitions,
      double seconds,
      List<Integer> workers,
      int rounds) {
    public Measured {
      workers = List.copyOf(workers);
      PlanKeys.imageShape(image);
      Bounds.atLeast("bench.threads", threads, 0);
      Bounds.atLeast("bench.warmup", warmup, 0);
      Bounds.atLeast("bench.repetitions", repetitions, 1);
      Bounds.positive("bench.seconds", seconds);
      Bounds.counts("bench.workers", workers);
      Bounds.atLeast("bench.rounds", rounds, 1);
    }

    /** The most workers of a round that is to be measured. */
    public int mostWorkers() {
      return Collections.max(workers);
    }

    /** The shape of the images. */
    public ImageShape imageShape() {
      return PlanKeys.imageShape(image);
    }
  }

  /** The section "plan"; its workers are those of the rounds that it predicts. */
  public record PlanConfig(
      double stepSeconds, double gigabitsPerSecond, List<Integer> workers, double share) {
    public PlanConfig {
      workers = List.copyOf(workers);
      Bounds.notNegative("plan.step-seconds", stepSeconds);
      Bounds.notNegative("plan.gigabits-per-second", gigabitsPerSecond);
      Bounds.counts("plan.workers", workers);
      Bounds.innerShare("plan.share", share);
    }
  }

  /**
   * The value of the key "bench.image".
   *
   * @throws org.lmconv.jobs.base.UserError if it is no shape of images
   */
  public static ImageShape imageShape(String image) {
    Bounds.require(
        image.matches("\\d{1,4}x\\d{1,4}x\\d"),
        "bench.image",
        image,
        "must be HEIGHTxWIDTHxCHANNELS, such as 28x28x1");
    return Bounds.told("bench.image", image, () -> IngestConfig.shape(image));
  }
}
