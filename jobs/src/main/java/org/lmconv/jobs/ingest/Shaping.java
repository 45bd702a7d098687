package org.lmconv.jobs.ingest;

import java.util.Optional;
import org.lmconv.jobs.conf.IngestConfig;
import org.lmconv.jobs.conf.IngestConfig.Resize;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Grid;

/**
 * Brings pictures to the size and channels of a table.
 *
 * @param size rows and columns; empty: as they are
 * @param resize how another shape comes to that size
 * @param channels 1 or 3; 0: as they are
 * @param background 0xRRGGBB
 */
record Shaping(Optional<Grid> size, Resize resize, int channels, int background) {

  static Shaping of(IngestConfig config) {
    return new Shaping(config.grid(), config.resize(), config.channels(), config.backgroundRgb());
  }

  Pixels apply(Pixels pixels) {
    Pixels coloured = channels == 0 ? pixels : Channels.convert(pixels, channels);
    return size.map(grid -> resize(coloured, grid)).orElse(coloured);
  }

  private Pixels resize(Pixels from, Grid to) {
    if (from.shape().grid().equals(to)) {
      return from;
    }
    return switch (resize) {
      case STRETCH -> Resampling.to(from, to.height(), to.width());
      case CROP -> Resampling.to(middle(from, to), to.height(), to.width());
      case FIT -> fit(from, to);
    };
  }

  /** The largest part in the middle whose sides have the proportion of these. */
  private static Pixels middle(Pixels from, Grid to) {
    int height = from.shape().height();
    int width = from.shape().width();
    int rows = Math.min(height, atLeastOne((double) width * to.height() / to.width()));
    int columns = Math.min(width, atLeastOne((double) height * to.width() / to.height()));
    int channels = from.shape().channels();
    byte[] part = new byte[rows * columns * channels];
    int top = (height - rows) / 2;
    int left = (width - columns) / 2;
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          from.values(),
          ((top + row) * width + left) * channels,
          part,
          row * columns * channels,
          columns * channels);
    }
    return new Pixels(new ImageShape(channels, rows, columns), part);
  }

  private Pixels fit(Pixels from, Grid to) {
    double scale =
        Math.min(
            (double) to.height() / from.shape().height(),
            (double) to.width() / from.shape().width());
    int rows = Math.min(to.height(), atLeastOne(from.shape().height() * scale));
    int columns = Math.min(to.width(), atLeastOne(from.shape().width() * scale));
    Pixels inner = Resampling.to(from, rows, columns);
    int channels = from.shape().channels();
    ImageShape shape = new ImageShape(channels, to.height(), to.width());
    byte[] whole = Channels.filled(background, shape);
    int top = (to.height() - rows) / 2;
    int left = (to.width() - columns) / 2;
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          inner.values(),
          row * columns * channels,
          whole,
          ((top + row) * to.width() + left) * channels,
          columns * channels);
    }
    return new Pixels(shape, whole);
  }

  private static int atLeastOne(double side) {
    return (int) Math.max(1, Math.round(side));
  }
}
