package org.lmconv.jobs.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Tiny files in the format of CIFAR-10. */
public final class CifarBytes {
  private CifarBytes() {}

  /** Images whose red is their index + first, green 100 and blue the column; the label is index. */
  static byte[] batch(int images, int first) {
    byte[] bytes = new byte[images * 3073];
    for (int image = 0; image < images; image++) {
      int start = image * 3073;
      bytes[start] = (byte) image;
      for (int i = 0; i < 1024; i++) {
        bytes[start + 1 + i] = (byte) (first + image);
        bytes[start + 1 + 1024 + i] = 100;
        bytes[start + 1 + 2048 + i] = (byte) (i % 32);
      }
    }
    return bytes;
  }

  /** A folder with two batches of 4 training images, and one of 3 test images. */
  public static Path folder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("data_batch_1.bin"), batch(4, 0));
    Files.write(folder.resolve("data_batch_2.bin"), batch(4, 50));
    Files.write(folder.resolve("test_batch.bin"), batch(3, 200));
    Files.writeString(folder.resolve("batches.meta.txt"), "airplane\n");
    return folder;
  }

  /** The same files in a tar.gz. */
  public static byte[] archive(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes));
        var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        TarArchiveEntry entry = new TarArchiveEntry("cifar-10-batches-bin/" + file.getFileName());
        entry.setSize(Files.size(file));
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
