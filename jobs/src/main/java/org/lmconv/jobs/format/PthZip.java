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
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.format.TensorRef.StorageRef;

/**
 * The zip archive of PyTorch from 1.6 on: FOLDER/data.pkl, and FOLDER/data/KEY per storage. ZipFile
 * goes by the directory at the end, so that it reads the entries of PyTorch, whose sizes come after
 * them and which ZipInputStream refuses.
 */
final class PthZip extends PthFile {
  private static final String PICKLE = "/data.pkl";

  private final ZipFile zip;
  private String folder;

  PthZip(Path path, String file) throws IOException {
    super(file);
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException e) {
      throw new UserError(
          "%s is cut off or damaged: it begins as a zip archive and does not end as one (%s); fetch it again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  @Override
  Object load() throws IOException {
    List<String> pickles =
        zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(PICKLE)).toList();
    if (pickles.size() != 1) {
      throw new UserError(
          "%s is a zip archive with %d data.pkl, so torch.save did not write it; name another file"
              .formatted(file, pickles.size()));
    }
    String pickle = pickles.get(0);
    folder = pickle.substring(0, pickle.length() - PICKLE.length());
    requireLittleEndian(zip.getEntry(folder + "/byteorder"));
    try (InputStream in = new BufferedInputStream(zip.getInputStream(stored(pickle)))) {
      Unpickler unpickler = new Unpickler(new PickleInput(in, file));
      Object root = unpickler.load();
      unpickler.storages().values().forEach(this::entry);
      return root;
    } catch (ZipException e) {
      throw damaged(pickle, e);
    }
  }

  /** Later versions of PyTorch say so. */
  private void requireLittleEndian(ZipEntry order) throws IOException {
    if (order == null) {
      return;
    }
    try (InputStream in = zip.getInputStream(order)) {
      if (!new String(in.readNBytes(6), StandardCharsets.US_ASCII).equals("little")) {
        throw new UserError(
            file + " was saved on a big-endian machine; save it again on a little-endian one");
      }
    } catch (ZipException e) {
      throw damaged(order.getName(), e);
    }
  }

  private UserError damaged(String part, IOException e) {
    return new UserError(
        "part %s of %s is damaged (%s); fetch it again".formatted(part, file, e.getMessage()), e);
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

  private ZipEntry entry(StorageRef storage) {
    ZipEntry entry = stored(folder + "/data/" + storage.key());
    if (entry.getSize() != storage.bytes()) {
      throw new UserError(
          "part %s of %s has %d bytes instead of %d; fetch it again"
              .formatted(entry.getName(), file, entry.getSize(), storage.bytes()));
    }
    return entry;
  }

  @Override
  byte[] read(StorageRef storage, long from, int count) throws IOException {
    ZipEntry entry = entry(storage);
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(from);
      byte[] read = in.readNBytes(count);
      if (read.length != count) {
        throw new ZipException("it ends after " + read.length + " bytes");
      }
      return read;
    } catch (IOException e) {
      throw damaged(entry.getName(), e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
