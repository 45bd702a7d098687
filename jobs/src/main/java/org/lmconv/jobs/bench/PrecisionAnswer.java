package org.lmconv.jobs.bench;

import ai.djl.Device;
import java.util.List;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.reference.ReferenceModel;
import org.lmconv.model.reference.ReferenceOperations;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.PixelOrder;

/**
 * What a process with one precision found.
 *
 * @param times of a training step
 * @param gradientError largest error of an element, in units of the largest element
 * @param peakRssMb most resident memory, 10^6 bytes; null where the system does not tell
 */
record PrecisionAnswer(Times times, double gradientError, Double peakRssMb) {
  /** Of the gradient that is compared: the slow way has to compute it too. */
  private static final int IMAGES = 2;

  /** Measures in this process. */
  static PrecisionAnswer measure(Setup setup, PixelOrder order) {
    Case step = Case.step(setup, order);
    Times times =
        Interleaved.measure(step, List.of(Variant.PLAN_FUSED), setup.bench(), doing -> {}).get(0);
    Double peak = Megabytes.peak(); // of the step, without what follows
    return new PrecisionAnswer(times, error(setup, order), peak);
  }

  private static double error(Setup setup, PixelOrder order) {
    float[] images = setup.images(Math.min(IMAGES, setup.bench().batchSize()));
    ParameterVector parameters = setup.parameters();
    try (DeviceModel model = new DeviceModel(setup.model(), setup.device(), setup.execution());
        ReferenceModel reference =
            new ReferenceModel(
                setup.model(),
                Device.cpu(),
                ReferenceOperations.im2col(),
                MaskPlan::of,
                parameters,
                ModelWorkload.ADAM)) {
      model.load(parameters);
      return error(
          model.gradient(images, order, 0).values().values(),
          reference.gradient(images, order, 0).values().values());
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
