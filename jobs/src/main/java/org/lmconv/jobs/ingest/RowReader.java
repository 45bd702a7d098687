package org.lmconv.jobs.ingest;

import java.io.IOException;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.conf.IngestConfig.Columns;
import org.lmconv.model.ImageShape;

/**
 * Reads rows of a table: id, image, label, split, height, width, channels.
 *
 * @param columns whether images are encoded, and the shape of those that are not
 * @param background 0xRRGGBB
 */
record RowReader(Columns columns, int background) implements PieceReader<Row> {

  @Override
  public void read(Row row, Sink to) throws IOException {
    String id = row.getString(0);
    Faults.catchOf(
        id == null ? "a row without id" : id,
        to,
        () -> {
          byte[] image = row.getAs(1);
          if (id == null || image == null) {
            throw new BadFileException(id == null ? "its id is null" : "its image is null");
          }
          to.read(image.length);
          Pixels pixels = columns.encoded() ? Picture.read(image, background) : raw(row, image);
          to.image(new Found(id, row.getAs(3), row.getAs(2), pixels));
        });
  }

  private Pixels raw(Row row, byte[] image) throws BadFileException {
    ImageShape shape = columns.rawShape().isPresent() ? columns.rawShape().get() : shape(row);
    if (image.length != shape.dimensions()) {
      throw new BadFileException(
          "it has %d bytes of pixels, but %s takes %d"
              .formatted(image.length, shape, shape.dimensions()));
    }
    return new Pixels(shape, image);
  }

  private static ImageShape shape(Row row) throws BadFileException {
    if (row.isNullAt(4) || row.isNullAt(5) || row.isNullAt(6)) {
      throw new BadFileException("its height, width or channels are null");
    }
    try {
      return new ImageShape(row.getInt(6), row.getInt(4), row.getInt(5));
    } catch (IllegalArgumentException e) {
      throw new BadFileException(e.getMessage(), e);
    }
  }
}
