package org.lmconv.model.layer;

import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;

/** Y = W · (M ∘ im2col(X)) + b as written, in double: the reference of every fast way. */
final class SlowMaskedConvolution {
  private final KernelMask mask;

  SlowMaskedConvolution(KernelMask mask) {
    this.mask = mask;
  }

  /**
   * Applies the convolution.
   *
   * @param x {@code [N, C, H, W]}
   * @param weight {@code [O, C, k, k]}
   * @param bias {@code [O]}
   * @param images N
   * @return {@code [N, O, H, W]}
   */
  double[] apply(float[] x, float[] weight, float[] bias, int images) {
    int pixels = mask.grid().pixels();
    int outputs = bias.length;
    double[] y = new double[images * outputs * pixels];
    for (int n = 0; n < images; n++) {
      int inputs = x.length / (images * pixels);
      for (int o = 0; o < outputs; o++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          double sum = bias[o];
          for (int c = 0; c < inputs; c++) {
            sum += patch(x, (n * inputs + c) * pixels, weight, o * inputs + c, pixel);
          }
          y[(n * outputs + o) * pixels + pixel] = sum;
        }
      }
    }
    return y;
  }

  /** One channel of one patch, Σ over the taps of w · m · x. */
  private double patch(float[] x, int plane, float[] weight, int kernel, int pixel) {
    Grid grid = mask.grid();
    int taps = mask.kernel().taps();
    double sum = 0;
    for (int tap = 0; tap < taps; tap++) {
      int row = grid.row(pixel) + mask.kernel().rowOffset(tap);
      int col = grid.col(pixel) + mask.kernel().colOffset(tap);
      if (mask.live(tap, pixel) && grid.contains(row, col)) {
        sum += (double) weight[kernel * taps + tap] * x[plane + grid.pixel(row, col)];
      }
    }
    return sum;
  }
}
