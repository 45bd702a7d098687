package org.lmconv.jobs.data;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.lmconv.model.ImageShape;

/** Images tables without Spark, for tests that launch programs of their own. */
public final class TableFiles {
  private TableFiles() {}

  /** A table of black images, one part for each shape, as many of each split. */
  public static Path write(Path table, int imagesPerSplit, ImageShape... shapes)
      throws IOException {
    var directory = new org.apache.hadoop.fs.Path(table.toString());
    try (ImagesWriter writer = new ImagesWriter(directory, "part", new Configuration())) {
      for (ImageShape shape : shapes) {
        for (int i = 0; i < 2 * imagesPerSplit; i++) {
          String split = i < imagesPerSplit ? "train" : "test";
          String id = "%s/%s/%02d".formatted(shape, split, i);
          writer.write(new Image(id, split, 0, new byte[shape.dimensions()]), shape);
        }
        writer.endPart();
      }
    }
    return table;
  }
}
