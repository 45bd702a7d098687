package org.lmconv.jobs.ingest;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;

/**
 * A file in the format of the MNIST database, read item by item: a magic number whose last byte is
 * the number of dimensions, the dimensions, then uint8 values; plain, or compressed if its name
 * ends in .gz.
 */
final class IdxFile implements Closeable {
  /** Magic number of images: uint8 in three dimensions. */
  static final int IMAGES = 2051;

  /** Magic number of labels: uint8 in one dimension. */
  static final int LABELS = 2049;

  private static final int MAX_SIDE = 1 << 14; // beyond it, the header is not one of images

  /** What the header claims: images or labels, and the rows and columns of each; 1 for labels. */
  final int items;

  final int height;
  final int width;

  private final Path path;
  private final DataInputStream in;
  private int itemsRead;

  private IdxFile(Path path, InputStream raw, int magic) throws IOException {
    this.path = path;
    boolean compressed = path.getName().endsWith(".gz");
    InputStream plain = compressed ? new GZIPInputStream(raw, 1 << 16) : raw;
    in = new DataInputStream(new BufferedInputStream(plain, 1 << 16));
    int found = in.readInt();
    if (found != magic) {
      throw new UserError(
          "%s starts with %d, but MNIST %s start with %d; is it another file?"
              .formatted(path, found, magic == IMAGES ? "images" : "labels", magic));
    }
    items = in.readInt();
    height = magic == IMAGES ? in.readInt() : 1;
    width = magic == IMAGES ? in.readInt() : 1;
    if (items < 0 || height < 1 || height > MAX_SIDE || width < 1 || width > MAX_SIDE) {
      throw new UserError(
          "%s claims %d items of %dx%d; is it damaged?".formatted(path, items, height, width));
    }
  }

  /**
   * Opens a file and reads its header.
   *
   * @param magic {@link #IMAGES} or {@link #LABELS}
   * @throws UserError if the header is not that of such a file
   */
  static IdxFile open(FileSystem files, Path path, int magic) throws IOException {
    InputStream raw = files.open(path);
    try {
      return new IdxFile(path, raw, magic);
    } catch (IOException e) {
      raw.close();
      throw refuseDamage(path, e);
    } catch (RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * The next image (row-major) or label.
   *
   * @return [height · width] uint8
   * @throws UserError if the file ends before it
   */
  byte[] next() throws IOException {
    byte[] item = new byte[height * width];
    try {
      in.readFully(item);
    } catch (EOFException e) {
      throw new UserError(
          "%s is cut off after %d of its %d items; fetch it again"
              .formatted(path, itemsRead, items),
          e);
    } catch (IOException e) {
      throw refuseDamage(path, e);
    }
    itemsRead++;
    return item;
  }

  /**
   * To be called after the last item.
   *
   * @throws UserError if the file goes on, or its checksum is wrong
   */
  void refuseMore() throws IOException {
    try {
      if (in.read() >= 0) {
        throw new UserError("%s goes on after its %d items; fetch it again".formatted(path, items));
      }
    } catch (IOException e) {
      throw refuseDamage(path, e);
    }
  }

  /** Refuses what is wrong with the file itself; gives back what the file system says. */
  private static IOException refuseDamage(Path path, IOException e) {
    if (e instanceof EOFException || e instanceof ZipException) {
      String reason = e instanceof EOFException ? "its end is missing" : e.getMessage();
      throw new UserError("%s is damaged: %s; fetch it again".formatted(path, reason), e);
    }
    return e;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
