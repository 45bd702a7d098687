package org.lmconv.bench;

import ai.djl.Device;
import org.lmconv.bench.Ways.Workload;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.reference.ReferenceModel;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.PixelOrder;

/** Whole networks, in the style of a variant, on images of noise. */
final class Networks {
  /** Adam's usual ones; which they are costs nothing. */
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 0, 0);

  private static final double LEARNING_RATE = 1e-4; // small: noise teaches nothing
  private static final long DROPOUT_SEED = 1;

  private Networks() {}

  /** Training steps. */
  static Workload training(Setup setup, PixelOrder order, Variant variant) {
    float[] images = setup.images(setup.bench().batchSize());
    if (variant.isFused()) {
      DeviceModel model = fused(setup, variant);
      return new Workload(
          () -> {
            model.train(images, order, DROPOUT_SEED, LEARNING_RATE);
            model.synchronize();
          },
          model::close);
    }
    ReferenceModel model = reference(setup, setup.device(), variant);
    return new Workload(
        () -> {
          model.train(images, order, DROPOUT_SEED, LEARNING_RATE);
          model.synchronize();
        },
        model::close);
  }

  /** Passes that score. Their result is on the Java heap, so there is nothing to wait for. */
  static Workload scoring(Setup setup, PixelOrder order, Variant variant) {
    float[] images = setup.images(setup.bench().batchSize());
    if (variant.isFused()) {
      DeviceModel model = fused(setup, variant);
      return new Workload(() -> model.logLikelihoods(images, order), model::close);
    }
    ReferenceModel model = reference(setup, setup.device(), variant);
    return new Workload(() -> model.logLikelihoods(images, order), model::close);
  }

  private static DeviceModel fused(Setup setup, Variant variant) {
    ParameterVector parameters = setup.parameters();
    DeviceModel model =
        new DeviceModel(setup.model(), setup.device(), setup.execution(), variant.planner());
    model.load(parameters, ADAM, AdamState.initial(parameters.size()));
    return model;
  }

  /** The network of separate operations. */
  static ReferenceModel reference(Setup setup, Device device, Variant variant) {
    return new ReferenceModel(
        setup.model(), device, variant.operations(), variant.planner(), setup.parameters(), ADAM);
  }
}
