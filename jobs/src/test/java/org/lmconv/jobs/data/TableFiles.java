package org.lmconv.jobs.data;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Npz;

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

  /**
   * The images that the authors' program scored with the golden checkpoint main_cli.pth: 6 to train
   * on, and the same to test with.
   */
  public static void writeRings(Path table) throws IOException {
    int[] levels = Npz.resource("main_cli.npz").ints("test_images");
    ImageShape shape = new ImageShape(1, 28, 28);
    var directory = new org.apache.hadoop.fs.Path(table.toString());
    try (ImagesWriter writer = new ImagesWriter(directory, "part", new Configuration())) {
      for (int row = 0; row < 12; row++) {
        int image = row % 6;
        byte[] pixels = new byte[shape.dimensions()];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (byte) levels[image * pixels.length + i];
        }
        String split = row < 6 ? "test" : "train";
        writer.write(new Image(split + "/" + image, split, 0, pixels), shape);
      }
    }
  }
}
