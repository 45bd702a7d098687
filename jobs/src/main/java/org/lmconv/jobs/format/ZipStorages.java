package org.lmconv.jobs.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.lmconv.jobs.UserError;

/** The zip archive of PyTorch from 1.6 on: FOLDER/data.pkl, and FOLDER/data/KEY per storage. */
final class ZipStorages implements StorageBytes {
  private static final String PICKLE = "/data.pkl";

  private final ZipFile zip;
  private final String file;
  private final String folder;

  private ZipStorages(ZipFile zip, String file, String folder) {
    this.zip = zip;
    this.file = file;
    this.folder = folder;
  }

  /**
   * Opens an archive. ZipFile goes by the directory at the end, so that it reads the entries of
   * PyTorch, whose sizes come after them and which ZipInputStream refuses.
   *
   * @throws UserError if it is none of PyTorch's, or cut off
   */
  static ZipStorages open(Path path, String file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException e) {
      throw new UserError(
          "%s is cut off or damaged: it begins as a zip archive and does not end as one (%s); fetch it again"
              .formatted(file, e.getMessage()),
          e);
    }
    List<String> pickles =
        zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(PICKLE)).toList();
    if (pickles.size() != 1) {
      zip.close();
      throw new UserError(
          "%s is a zip archive with %d data.pkl, so torch.save did not write it; name another file"
              .formatted(file, pickles.size()));
    }
    String pickle = pickles.get(0);
    ZipStorages storages =
        new ZipStorages(zip, file, pickle.substring(0, pickle.length() - PICKLE.length()));
    storages.requireLittleEndian();
    return storages;
  }

  /** Later versions of PyTorch say so. */
  private void requireLittleEndian() throws IOException {
    ZipEntry order = zip.getEntry(folder + "/byteorder");
    if (order == null) {
      return;
    }
    try (InputStream in = zip.getInputStream(order)) {
      if (!new String(in.readNBytes(6), StandardCharsets.US_ASCII).equals("little")) {
        throw new UserError(
            file + " was saved on a big-endian machine; save it again on a little-endian one");
      }
    }
  }

  InputStream pickle() throws IOException {
    return new BufferedInputStream(zip.getInputStream(stored(folder + PICKLE)));
  }

  /** PyTorch never compresses, and so a small file can hold no huge one. */
  private ZipEntry stored(String name) {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new UserError("%s lacks its part %s; fetch it again".formatted(file, name));
    }
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new UserError(
          "part %s of %s is compressed, so torch.save did not write it; save it again"
              .formatted(name, file));
    }
    return entry;
  }

  @Override
  public byte[] read(StorageRef storage, long from, int count) throws IOException {
    ZipEntry entry = stored(folder + "/data/" + storage.key());
    int bytes = storage.type().bytes();
    if (entry.getSize() != Math.multiplyExact(storage.elements(), bytes)) {
      throw new UserError(
          "part %s of %s has %d bytes instead of %d; fetch it again"
              .formatted(entry.getName(), file, entry.getSize(), storage.elements() * bytes));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(from * bytes);
      byte[] read = in.readNBytes(Math.multiplyExact(count, bytes));
      if (read.length != count * bytes) {
        throw new ZipException("it ends after " + read.length + " bytes");
      }
      return read;
    } catch (IOException e) {
      throw new UserError(
          "part %s of %s is damaged (%s); fetch it again"
              .formatted(entry.getName(), file, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
