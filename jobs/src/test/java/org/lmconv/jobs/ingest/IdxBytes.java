package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Tiny files in the format of MNIST. */
public final class IdxBytes {
  private IdxBytes() {}

  /** Images whose every pixel is the image's index. */
  public static byte[] images(int count, int height, int width) {
    ByteBuffer file = ByteBuffer.allocate(16 + count * height * width);
    file.putInt(IdxFile.IMAGES).putInt(count).putInt(height).putInt(width);
    for (int i = 0; i < count * height * width; i++) {
      file.put((byte) (i / (height * width)));
    }
    return file.array();
  }

  /** Labels 255, 0, 1, 2 ... */
  static byte[] labels(int count) {
    ByteBuffer file = ByteBuffer.allocate(8 + count);
    file.putInt(IdxFile.LABELS).putInt(count);
    for (int i = 0; i < count; i++) {
      file.put((byte) (i - 1));
    }
    return file.array();
  }

  /** Writes the bytes, compressed if the name ends in .gz. */
  public static Path write(Path path, byte[] bytes) throws IOException {
    try (OutputStream raw = Files.newOutputStream(path);
        OutputStream out = path.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
      out.write(bytes);
    }
    return path;
  }

  /** Four files: 7 training and 3 test images of 2x3. */
  public static Path mnist(Path directory, String separator, String ending) throws IOException {
    write(directory.resolve("train-images" + separator + "idx3-ubyte" + ending), images(7, 2, 3));
    write(directory.resolve("train-labels" + separator + "idx1-ubyte" + ending), labels(7));
    write(directory.resolve("t10k-images" + separator + "idx3-ubyte" + ending), images(3, 2, 3));
    write(directory.resolve("t10k-labels" + separator + "idx1-ubyte" + ending), labels(3));
    return directory;
  }
}
