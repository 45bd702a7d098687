package org.lmconv.jobs.score;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.executor.ExecutorModels;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** Scores batches of images inside a task, with the model of its executor. */
final class BatchScorer implements Serializable {
  private static final long serialVersionUID = 1;

  private final ScoringMethod method;
  private final Broadcast<ParameterVector> parameters;

  BatchScorer(ScoringMethod method, Broadcast<ParameterVector> parameters) {
    this.method = method;
    this.parameters = parameters;
  }

  ScoringMethod method() {
    return method;
  }

  /** Scores a batch of at least one image, each under every order. */
  List<Scored> score(List<Image> batch) {
    float[] x = input(batch);
    List<Scored> scored = batch.stream().map(this::unscored).toList();
    ExecutorModels.with(
        method.model(),
        method.placement(),
        model -> {
          model.load(parameters.value());
          scoreUnderEach(model, x, scored);
          return scored;
        });
    return scored;
  }

  /** [N, C, H, W]. */
  private float[] input(List<Image> batch) {
    int size = method.model().image().dimensions();
    float[] x = new float[batch.size() * size];
    for (int i = 0; i < batch.size(); i++) {
      method.encoder().forScoring(batch.get(i).id(), batch.get(i).pixels(), x, i * size);
    }
    return x;
  }

  private Scored unscored(Image image) {
    int orders = method.orders().size();
    float[][] maps = method.maps() ? new float[orders][method.region().grid().pixels()] : null;
    return new Scored(image, new double[orders], maps);
  }

  private void scoreUnderEach(DeviceModel model, float[] x, List<Scored> scored) {
    for (int order = 0; order < method.orders().size(); order++) {
      PixelOrder each = method.orders().get(order);
      float[] pixels = model.logLikelihoods(x, each); // [N, H, W]
      for (int i = 0; i < scored.size(); i++) {
        add(pixels, i * each.size(), order, scored.get(i));
      }
    }
  }

  /** Adds the pixels of one image, from {@code offset} on, under one order. */
  private void add(float[] logLikelihoods, int offset, int order, Scored to) {
    Region region = method.region();
    IntStream.range(0, region.grid().pixels())
        .filter(region::contains)
        .forEach(
            pixel -> {
              to.nats()[order] -= logLikelihoods[offset + pixel];
              if (to.maps() != null) {
                to.maps()[order][pixel] = -logLikelihoods[offset + pixel];
              }
            });
  }
}
