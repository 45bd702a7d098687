package org.lmconv.jobs.ingest;

import org.lmconv.model.ImageShape;

/**
 * Bilinear resampling without aliasing: a triangle filter, along rows and then along columns, that
 * is as wide as the pixels that become one where a picture shrinks. On the stored samples, unlike
 * Java's own, which for grey pictures goes through a colour space, and for a strong reduction looks
 * at four pixels only.
 */
final class Resampling {
  private Resampling() {}

  /** The picture in another size; itself if it has that size. */
  static Pixels to(Pixels from, int height, int width) {
    ImageShape shape = from.shape();
    if (shape.height() == height && shape.width() == width) {
      return from;
    }
    int channels = shape.channels();
    Weights columns = Weights.of(shape.width(), width);
    Weights rows = Weights.of(shape.height(), height);
    // Source rows are as lines of [W, C], the result of the first pass as columns of lines.
    float[] narrow = new float[shape.height() * width * channels];
    for (int row = 0; row < shape.height(); row++) {
      for (int column = 0; column < width; column++) {
        for (int channel = 0; channel < channels; channel++) {
          int start = (row * shape.width() + columns.first(column)) * channels + channel;
          narrow[(row * width + column) * channels + channel] =
              columns.sum(column, from.values(), start, channels);
        }
      }
    }
    byte[] result = new byte[height * width * channels];
    int line = width * channels;
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < line; i++) {
        float sum = rows.sum(row, narrow, rows.first(row) * line + i, line);
        result[row * line + i] = (byte) Math.min(255, Math.round(sum));
      }
    }
    return new Pixels(new ImageShape(channels, height, width), result);
  }

  /**
   * What each sample of a line takes of another line.
   *
   * @param firsts first sample that is taken
   * @param weights of it and those after it; their sum is 1
   */
  private record Weights(int[] firsts, float[][] weights) {

    static Weights of(int from, int to) {
      double scale = (double) from / to;
      double reach = Math.max(1, scale); // of the filter, to either side
      int[] firsts = new int[to];
      float[][] weights = new float[to][];
      for (int i = 0; i < to; i++) {
        double middle = (i + 0.5) * scale;
        firsts[i] = (int) Math.max(0, Math.floor(middle - reach + 0.5));
        int end = (int) Math.min(from, Math.floor(middle + reach + 0.5));
        weights[i] = triangle(firsts[i], end, middle, reach);
      }
      return new Weights(firsts, weights);
    }

    private static float[] triangle(int first, int end, double middle, double reach) {
      float[] weights = new float[end - first];
      float sum = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) Math.max(0, 1 - Math.abs(first + i + 0.5 - middle) / reach);
        sum += weights[i];
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= sum; // at the borders part of the filter is outside
      }
      return weights;
    }

    int first(int i) {
      return firsts[i];
    }

    float sum(int i, byte[] values, int start, int step) {
      float sum = 0;
      for (int k = 0; k < weights[i].length; k++) {
        sum += weights[i][k] * (values[start + k * step] & 0xFF);
      }
      return sum;
    }

    float sum(int i, float[] values, int start, int step) {
      float sum = 0;
      for (int k = 0; k < weights[i].length; k++) {
        sum += weights[i][k] * values[start + k * step];
      }
      return sum;
    }
  }
}
