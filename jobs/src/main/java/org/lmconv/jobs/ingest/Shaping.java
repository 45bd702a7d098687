package org.lmconv.jobs.ingest;

import java.util.Optional;
import org.lmconv.jobs.conf.IngestConfig;
import org.lmconv.jobs.conf.IngestConfig.Resize;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Grid;

/**
 * Brings pictures to the size and channels of a table.
 *
 * @param size empty: as they are
 * @param channels 1 or 3; 0: as they are
 * @param background 0xRRGGBB
 */
record Shaping(Optional<Grid> size, Resize resize, int channels, int background) {

  static Shaping of(IngestConfig config) {
    return new Shaping(config.grid(), config.resize(), config.channels(), config.backgroundRgb());
  }

  Pixels apply(Pixels pixels) {
    Pixels coloured = channels == 0 ? pixels : pixels.withChannels(channels);
    if (size.isEmpty() || size.get().equals(pixels.shape().grid())) {
      return coloured;
    }
    int height = size.get().height();
    int width = size.get().width();
    return switch (resize) {
      case STRETCH -> Resampling.resize(coloured, height, width);
      case CROP -> Resampling.resize(middle(coloured, height, width), height, width);
      case FIT -> fit(coloured, height, width);
    };
  }

  /** The largest part in the middle whose sides have the proportion of these. */
  private Pixels middle(Pixels from, int height, int width) {
    int allRows = from.shape().height();
    int allColumns = from.shape().width();
    int rows = Math.min(allRows, atLeastOne((double) allColumns * height / width));
    int columns = Math.min(allColumns, atLeastOne((double) allRows * width / height));
    return window(from, (allRows - rows) / 2, (allColumns - columns) / 2, rows, columns);
  }

  /** The whole, with bars at two sides. */
  private Pixels fit(Pixels from, int height, int width) {
    double scale =
        Math.min((double) height / from.shape().height(), (double) width / from.shape().width());
    int rows = Math.min(height, atLeastOne(from.shape().height() * scale));
    int columns = Math.min(width, atLeastOne(from.shape().width() * scale));
    Pixels inner = Resampling.resize(from, rows, columns);
    return window(inner, -((height - rows) / 2), -((width - columns) / 2), height, width);
  }

  private static int atLeastOne(double side) {
    return (int) Math.max(1, Math.round(side));
  }

  /** A part of a picture, whose corner may be outside of it; there, the background shows. */
  private Pixels window(Pixels from, int top, int left, int height, int width) {
    int channels = from.shape().channels();
    ImageShape shape = new ImageShape(channels, height, width);
    byte[] values = new byte[shape.dimensions()];
    byte[] rgb = {(byte) (background >> 16), (byte) (background >> 8), (byte) background};
    byte[] colour = new Pixels(new ImageShape(3, 1, 1), rgb).withChannels(channels).values();
    for (int i = 0; i < values.length; i++) {
      values[i] = colour[i % channels];
    }
    int column = Math.max(0, -left);
    int columns = Math.min(width - column, from.shape().width());
    for (int row = Math.max(0, -top); row < Math.min(height, from.shape().height() - top); row++) {
      int start = (top + row) * from.shape().width() + left + column;
      System.arraycopy(
          from.values(),
          start * channels,
          values,
          (row * width + column) * channels,
          columns * channels);
    }
    return new Pixels(shape, values);
  }
}
