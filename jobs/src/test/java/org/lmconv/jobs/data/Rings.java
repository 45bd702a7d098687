package org.lmconv.jobs.data;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Npz;

/** The images that the authors' program scored with the golden checkpoint main_cli.pth. */
public final class Rings {
  private Rings() {}

  /** Writes them as an images table: 6 to train on, and the same to test with. */
  public static void write(Path table) throws IOException {
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
      writer.endPart();
    }
  }
}
