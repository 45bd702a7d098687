package org.lmconv.jobs.ingest;

import org.lmconv.model.ImageShape;

/**
 * Bilinear resampling without aliasing: a triangle filter, along rows and then along columns, that
 * is as wide as the pixels that become one where a picture shrinks. On the stored samples, unlike
 * Java's own, which for grey pictures goes through a colour space, and for a strong reduction looks
 * at four pixels only.
 *
 * <p>What each sample of a line takes of another line:
 *
 * @param firsts first sample that is taken
 * @param weights of it and those after it; their sum is 1
 */
record Resampling(int[] firsts, float[][] weights) {

  /** The picture in another size; itself if it has that size. */
  static Pixels resize(Pixels from, int height, int width) {
    ImageShape shape = from.shape();
    if (shape.height() == height && shape.width() == width) {
      return from;
    }
    int channels = shape.channels();
    Resampling ofColumns = of(shape.width(), width);
    Resampling ofRows = of(shape.height(), height);
    float[] wide = new float[shape.width() * channels];
    int line = width * channels;
    float[] narrow = new float[shape.height() * line];
    for (int row = 0; row < shape.height(); row++) {
      for (int i = 0; i < wide.length; i++) {
        wide[i] = from.values()[row * wide.length + i] & 0xFF;
      }
      for (int i = 0; i < line; i++) {
        narrow[row * line + i] = ofColumns.sum(i / channels, wide, i % channels, channels);
      }
    }
    ImageShape target = new ImageShape(channels, height, width);
    byte[] result = new byte[target.dimensions()];
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < line; i++) {
        float sum = ofRows.sum(row, narrow, i, line);
        result[row * line + i] = (byte) Math.min(255, Math.round(sum));
      }
    }
    return new Pixels(target, result);
  }

  private static Resampling of(int from, int to) {
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
    return new Resampling(firsts, weights);
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

  /** Sample i of a line whose own samples are at start, start + step ... */
  private float sum(int i, float[] values, int start, int step) {
    float sum = 0;
    int place = start + firsts[i] * step;
    for (float weight : weights[i]) {
      sum += weight * values[place];
      place += step;
    }
    return sum;
  }
}
