package org.lmconv.jobs.bench;

import org.lmconv.jobs.bench.Variant.Style;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.reference.ReferenceModel;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.PixelOrder;

/** A whole network that trains or scores, again and again on the same images, or is loaded. */
record ModelWorkload(Runnable pass, Runnable release) implements Workload {
  /** Adam's usual ones; which they are costs nothing. */
  static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 0, 0);

  private static final double LEARNING_RATE = 1e-4; // small: noise teaches nothing
  private static final long DROPOUT_SEED = 1;

  @Override
  public void run() {
    pass.run();
  }

  @Override
  public void close() {
    release.run();
  }

  /** Training steps. */
  static Workload training(Setup setup, PixelOrder order, Variant variant) {
    float[] images = setup.images(setup.bench().batchSize());
    if (variant.style() == Style.SEPARATE) {
      ReferenceModel model = reference(setup, variant);
      return new ModelWorkload(
          () -> {
            model.train(images, order, DROPOUT_SEED, LEARNING_RATE);
            model.synchronize();
          },
          model::close);
    }
    DeviceModel model = fused(setup, variant);
    return new ModelWorkload(
        () -> {
          model.train(images, order, DROPOUT_SEED, LEARNING_RATE);
          model.synchronize();
        },
        model::close);
  }

  /** Passes that score. Their result is on the Java heap, so there is nothing to wait for. */
  static Workload scoring(Setup setup, PixelOrder order, Variant variant) {
    float[] images = setup.images(setup.bench().batchSize());
    if (variant.style() == Style.SEPARATE) {
      ReferenceModel model = reference(setup, variant);
      return new ModelWorkload(() -> model.logLikelihoods(images, order), model::close);
    }
    DeviceModel model = fused(setup, variant);
    return new ModelWorkload(() -> model.logLikelihoods(images, order), model::close);
  }

  /** Loads parameters and the optimiser's state, and reads both back. */
  static Workload loading(Setup setup, Variant variant) {
    ParameterVector parameters = setup.parameters();
    AdamState adam = AdamState.initial(parameters.size());
    DeviceModel model = fused(setup, variant);
    return new ModelWorkload(
        () -> {
          model.load(parameters, ADAM, adam);
          model.parameters();
          model.adamState();
        },
        model::close);
  }

  private static DeviceModel fused(Setup setup, Variant variant) {
    ParameterVector parameters = setup.parameters();
    DeviceModel model =
        new DeviceModel(setup.model(), setup.device(), setup.execution(), variant.planner());
    model.load(parameters, ADAM, AdamState.initial(parameters.size()));
    return model;
  }

  private static ReferenceModel reference(Setup setup, Variant variant) {
    return new ReferenceModel(
        setup.model(),
        setup.device(),
        variant.operations(),
        variant.planner(),
        setup.parameters(),
        ADAM);
  }
}
