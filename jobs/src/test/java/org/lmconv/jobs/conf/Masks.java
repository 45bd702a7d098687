package org.lmconv.jobs.conf;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** PNG files with masks. */
public final class Masks {
  private Masks() {}

  /** A black and white mask whose pixels "#" are white. */
  public static Path write(Path file, String... rows) throws IOException {
    BufferedImage mask =
        new BufferedImage(rows[0].length(), rows.length, BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < rows[y].length(); x++) {
        mask.setRGB(x, y, rows[y].charAt(x) == '#' ? 0xFFFFFF : 0);
      }
    }
    return write(file, mask);
  }

  static Path write(Path file, BufferedImage mask) throws IOException {
    ImageIO.write(mask, "png", file.toFile());
    return file;
  }
}
