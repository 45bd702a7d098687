package org.lmconv.jobs.ingest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.lmconv.model.ImageShape;

/**
 * Reads files of the binary version of CIFAR-10: records of a label and 32x32 pixels, all red, then
 * all green, then all blue ones; plain, or in a tar.gz. Ids are {@code cifar10/data_batch_1/00017}.
 */
final class CifarFile {
  private static final Pattern BATCH = Pattern.compile("(data_batch_\\d+|test_batch)\\.bin");
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
  private static final int PLANE = 32 * 32;
  private static final int RECORD = 1 + 3 * PLANE;
  private static final int CLASSES = 10;

  private CifarFile() {}

  /** The name of a batch without its extension, if the last part of a path is that of one. */
  static Optional<String> batch(String path) {
    Matcher name = BATCH.matcher(new Path(path).getName());
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }

  static boolean isArchive(String path) {
    return path.endsWith(".tar.gz") || path.endsWith(".tgz");
  }

  static void read(String file, Configuration configuration, Sink to) throws IOException {
    Path path = new Path(file);
    Faults.catchOf(
        file,
        to,
        () -> {
          try (InputStream in =
              new BufferedInputStream(path.getFileSystem(configuration).open(path), 1 << 16)) {
            if (isArchive(file)) {
              readArchive(in, to);
            } else {
              readBatch(in, batch(file).orElseThrow(), to);
            }
          }
        });
    to.read(path.getFileSystem(configuration).getFileStatus(path).getLen());
  }

  private static void readArchive(InputStream in, Sink to) throws IOException {
    int batches = 0;
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in, 1 << 16))) {
      for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
        Optional<String> batch = batch(entry.getName());
        if (entry.isFile() && batch.isPresent()) {
          readBatch(tar, batch.get(), to);
          batches++;
        }
      }
    }
    if (batches == 0) {
      throw new BadFileException("it holds no data_batch_*.bin of CIFAR-10");
    }
  }

  private static TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    try {
      return tar.getNextEntry();
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new BadFileException("it is no whole tar archive", e);
    }
  }

  private static void readBatch(InputStream in, String batch, Sink to) throws IOException {
    String split = batch.equals("test_batch") ? "test" : "train";
    byte[] record = new byte[RECORD];
    for (int index = 0; ; index++) {
      int bytes = in.readNBytes(record, 0, RECORD);
      if (bytes == 0 && index > 0) {
        return;
      }
      if (bytes < RECORD) {
        throw new BadFileException(
            "%s is cut off in image %d, of which %d of %d bytes are there"
                .formatted(batch, index, bytes, RECORD));
      }
      if (record[0] < 0 || record[0] >= CLASSES) {
        throw new BadFileException(
            "image %d of %s has label %d, but CIFAR-10 has 0 to 9; is it another file?"
                .formatted(index, batch, record[0] & 0xFF));
      }
      String id = "cifar10/%s/%05d".formatted(batch, index);
      to.image(new Found(id, split, (int) record[0], new Pixels(SHAPE, interleaved(record))));
    }
  }

  /** [C, H, W] after the label to [H, W, C]. */
  private static byte[] interleaved(byte[] record) {
    byte[] pixels = new byte[3 * PLANE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = record[1 + i % 3 * PLANE + i / 3];
    }
    return pixels;
  }
}
