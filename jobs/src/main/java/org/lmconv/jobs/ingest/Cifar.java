package org.lmconv.jobs.ingest;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;

/**
 * The binary version of CIFAR-10: a folder of its six files, each a task, or its tar.gz, which is
 * one. A file has records of a label and 32x32 pixels, all red, then all green, then all blue ones.
 * Ids are {@code cifar10/data_batch_1/00017}.
 */
final class Cifar {
  /** What the archive unpacks to. */
  private static final String FOLDER = "cifar-10-batches-bin";

  private static final Pattern BATCH = Pattern.compile("(data_batch_\\d+|test_batch)\\.bin");
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
  private static final int PLANE = 32 * 32;
  private static final int RECORD = 1 + 3 * PLANE;
  private static final int CLASSES = 10;

  private Cifar() {}

  static Tally write(IngestJob job, String path) throws IOException {
    Path place = new Path(path);
    return job.write(find(place.getFileSystem(job.hadoop()), place), Cifar::read);
  }

  /** The batches in a folder or in what the archive unpacks to there; else the archive. */
  private static List<String> find(FileSystem files, Path path) throws IOException {
    if (!files.exists(path)) {
      throw new UserError(
          "path=%s does not exist; name the folder of CIFAR-10's data_batch_*.bin, or its tar.gz"
              .formatted(path));
    }
    if (files.getFileStatus(path).isFile()
        && (isArchive(path.getName()) || batch(path.getName()).isPresent())) {
      return List.of(path.toString());
    }
    for (Path folder : List.of(path, new Path(path, FOLDER))) {
      List<String> batches = list(files, folder, file -> batch(file).isPresent());
      if (!batches.isEmpty()) {
        requireBoth(batches, folder);
        return batches;
      }
    }
    List<String> archives = list(files, path, Cifar::isArchive);
    if (archives.size() != 1) {
      throw new UserError(
          "path=%s has no data_batch_*.bin and %d tar.gz files; name the one of CIFAR-10"
              .formatted(path, archives.size()));
    }
    return archives;
  }

  /** The name of a batch without its extension, if the last part of a path is that of one. */
  private static Optional<String> batch(String path) {
    Matcher name = BATCH.matcher(path.substring(path.lastIndexOf('/') + 1));
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }

  private static boolean isArchive(String path) {
    return path.endsWith(".tar.gz") || path.endsWith(".tgz");
  }

  private static List<String> list(FileSystem files, Path folder, Predicate<String> wanted)
      throws IOException {
    if (!files.exists(folder)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(folder))
        .filter(FileStatus::isFile)
        .map(file -> file.getPath().toString())
        .filter(wanted)
        .sorted()
        .toList();
  }

  private static void requireBoth(List<String> batches, Path folder) {
    for (String kind : List.of("data_batch_1", "test_batch")) {
      if (batches.stream().noneMatch(file -> file.endsWith("/" + kind + ".bin"))) {
        throw new UserError("path=%s lacks %s.bin; put it there".formatted(folder, kind));
      }
    }
  }

  private static void read(String file, PartWriter to) throws IOException {
    Path path = new Path(file);
    to.reading(
        file,
        () -> {
          FileSystem files = to.fileSystem(path);
          to.countBytesRead(files.getFileStatus(path).getLen());
          try (InputStream in = new BufferedInputStream(files.open(path), 1 << 16)) {
            if (isArchive(file)) {
              readArchive(in, to);
            } else {
              readBatch(in, batch(file).orElseThrow(), to);
            }
          }
        });
  }

  private static void readArchive(InputStream in, PartWriter to) throws IOException {
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
    } catch (ZipException | EOFException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new BadFileException("it is no whole tar archive", e);
    }
  }

  private static void readBatch(InputStream in, String batch, PartWriter to) throws IOException {
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
      to.image(id, split, (int) record[0], new Pixels(SHAPE, interleaved(record)));
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
