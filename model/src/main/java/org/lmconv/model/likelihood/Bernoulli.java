package org.lmconv.model.likelihood;

import ai.djl.ndarray.NDArray;
import java.util.function.IntToDoubleFunction;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.tensor.Tensors;

/** A binary pixel: a softmax over two logits, of −1 and of 1. */
public record Bernoulli() implements PixelLikelihood {

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public PixelLevels levels() {
    return new PixelLevels(1);
  }

  @Override
  public int logits() {
    return 2;
  }

  @Override
  public NDArray logLikelihood(NDArray x, NDArray logits) {
    Tensors.requireShape("the images", x, -1, 1, -1, -1);
    Tensors.requireShape("the logits", logits, x.getShape().get(0), 2, -1, -1);
    return Tensors.scoped(
        () -> {
          // log softmax of the chosen one of two is −softplus(other − chosen), and x is −1 or 1.
          NDArray difference =
              Tensors.slice(logits, 1, 0, 1).sub(Tensors.slice(logits, 1, 1, 2)); // [N, 1, H, W]
          return Tensors.softplus(difference.mul(x)).neg().squeeze(1);
        });
  }

  @Override
  public float[] draw(float[] logits, IntToDoubleFunction uniform, Temperature temperature) {
    return new float[] {
      levels().inputOfLevel(temperature.choose(logits, 0, 2, uniform.applyAsDouble(0)))
    };
  }
}
