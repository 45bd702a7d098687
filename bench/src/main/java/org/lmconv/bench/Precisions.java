package org.lmconv.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.lmconv.bench.Question.Turn;
import org.lmconv.bench.Ways.Comparison;
import org.lmconv.bench.Ways.Workload;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.reference.ReferenceModel;
import org.lmconv.model.tensor.Precision;
import org.lmconv.orders.PixelOrder;

/**
 * Error of the gradient and time of a training step in each precision. Each has a process of its
 * own: libraries read the switch of TF32, an environment variable, when they are loaded.
 */
record Precisions(Setup setup, ChildProcess child, int number) implements Question {
  /** Of the gradient that is compared: the slow way has to compute it too. */
  private static final int IMAGES = 2;

  /** A precision as users know them: TF32 is a mode of float32. */
  enum Kind {
    FLOAT32,
    TF32,
    BFLOAT16;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Fields of a row.
   *
   * @param gradientError largest error of an element, in units of the largest element
   */
  record GradientError(double gradientError) {}

  @Override
  public String title() {
    return Ways.step(setup, setup.order(number)).title();
  }

  @Override
  public List<ObjectNode> rows(List<Times> times, Consumer<String> progress) throws IOException {
    List<ObjectNode> rows = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.TF32 || setup.device().isGpu()) {
        progress.accept(kind.key());
        rows.add(child.precision(number, kind));
      }
    }
    return rows;
  }

  /** The row of a precision, measured in this process. */
  static ObjectNode measure(Setup given, PixelOrder order, Kind kind) {
    Setup setup = given.with(kind == Kind.BFLOAT16 ? Precision.BFLOAT16 : Precision.FLOAT32);
    Times times;
    try (Workload training = Networks.training(setup, order, Variant.PLAN_FUSED)) {
      Turn turn = new Turn("", training.run());
      times = setup.interleaved().measure(List.of(turn), doing -> {}).get(0);
    }
    Double peak = Child.peakMb(); // of the step, without what follows
    return Rows.row(
        Ways.step(setup, order).label(setup, Variant.PLAN_FUSED, kind.key()),
        times,
        Comparison.none(peak),
        new GradientError(error(setup, order)));
  }

  private static double error(Setup setup, PixelOrder order) {
    float[] images = setup.images(Math.min(IMAGES, setup.bench().batchSize()));
    try (DeviceModel model = new DeviceModel(setup.model(), setup.device(), setup.execution());
        ReferenceModel exact = Networks.reference(setup, Device.cpu(), Variant.IM2COL_SEPARATE)) {
      model.load(setup.parameters());
      return error(
          model.gradient(images, order, 0).values().values(),
          exact.gradient(images, order, 0).values().values());
    }
  }

  /** max |g − e| / max |e|. */
  static double error(float[] gradient, float[] exact) {
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < exact.length; i++) {
      difference = Math.max(difference, Math.abs((double) gradient[i] - exact[i]));
      largest = Math.max(largest, Math.abs(exact[i]));
    }
    return difference / largest;
  }
}
