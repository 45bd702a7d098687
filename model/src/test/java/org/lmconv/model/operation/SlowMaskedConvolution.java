package org.lmconv.model.operation;

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

  /**
   * The gradient with respect to x, {@code [N, C, H, W]}: what each output takes from each input.
   *
   * @param dy {@code [N, O, H, W]}
   */
  double[] inputGradient(float[] dy, float[] weight, int images) {
    int pixels = mask.grid().pixels();
    int outputs = dy.length / (images * pixels);
    int inputs = weight.length / (outputs * mask.kernel().taps());
    double[] dx = new double[images * inputs * pixels];
    everyLink(images, outputs, inputs, (from, to, w) -> dx[from] += (double) weight[w] * dy[to]);
    return dx;
  }

  /** The gradient with respect to the weight, {@code [O, C, k, k]}. */
  double[] weightGradient(float[] dy, float[] x, int images) {
    int pixels = mask.grid().pixels();
    int outputs = dy.length / (images * pixels);
    int inputs = x.length / (images * pixels);
    double[] dw = new double[outputs * inputs * mask.kernel().taps()];
    everyLink(images, outputs, inputs, (from, to, w) -> dw[w] += (double) x[from] * dy[to]);
    return dw;
  }

  /** Indices of an element of x, of an element of y that reads it, and of the weight between. */
  private interface Link {
    void visit(int from, int to, int weight);
  }

  private void everyLink(int images, int outputs, int inputs, Link link) {
    int pixels = mask.grid().pixels();
    int taps = mask.kernel().taps();
    for (int n = 0; n < images; n++) {
      for (int tap = 0; tap < taps; tap++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          int read = mask.neighbour(tap, pixel);
          if (read < 0 || !mask.live(tap, pixel)) {
            continue;
          }
          for (int o = 0; o < outputs; o++) {
            for (int c = 0; c < inputs; c++) {
              link.visit(
                  (n * inputs + c) * pixels + read,
                  (n * outputs + o) * pixels + pixel,
                  (o * inputs + c) * taps + tap);
            }
          }
        }
      }
    }
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
