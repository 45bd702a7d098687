package org.lmconv.model.sample;

/**
 * The pixels of a batch, to read and write a few of all images at a time.
 *
 * @param values {@code [N, C, H, W]}
 * @param images N
 * @param channels C
 */
public record BatchPixels(float[] values, int images, int channels) {

  /**
   * Some pixels.
   *
   * @param pixels row-major indices
   * @return {@code [pixels, N, C]}
   */
  public float[] get(int... pixels) {
    float[] some = new float[pixels.length * images * channels];
    for (int i = 0; i < some.length; i++) {
      int row = i / channels;
      some[i] = values[place(row % images, i % channels, pixels[row / images])];
    }
    return some;
  }

  /**
   * Changes one pixel.
   *
   * @param pixel row-major index
   * @param to {@code [N, C]}
   */
  public void set(int pixel, float[] to) {
    for (int i = 0; i < to.length; i++) {
      values[place(i / channels, i % channels, pixel)] = to[i];
    }
  }

  private int place(int image, int channel, int pixel) {
    int plane = values.length / (images * channels);
    return (image * channels + channel) * plane + pixel;
  }
}
