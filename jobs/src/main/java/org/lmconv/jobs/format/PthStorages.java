package org.lmconv.jobs.format;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.format.TensorRef.StorageRef;

/**
 * The two formats of {@code torch.save}: what was saved, and the elements of its tensors. A file
 * that opens has all elements that it speaks of, so that its own size bounds what is read of it.
 */
sealed interface PthStorages extends Closeable {
  /** What was saved. */
  Object root();

  /**
   * Some elements of a storage.
   *
   * @param from the first one
   * @param count number of them
   * @return as they lie there, little endian
   * @throws UserError if the file does not have them
   */
  byte[] read(StorageRef storage, long from, int count) throws IOException;

  /** The zip archive of PyTorch from 1.6 on: FOLDER/data.pkl, and FOLDER/data/KEY per storage. */
  record Zip(ZipFile zip, String file, String folder, Object root) implements PthStorages {
    private static final String PICKLE = "/data.pkl";

    /**
     * Opens an archive. ZipFile goes by the directory at the end, so that it reads the entries of
     * PyTorch, whose sizes come after them and which ZipInputStream refuses.
     *
     * @throws UserError if it is none of PyTorch's, or cut off
     */
    static Zip open(Path path, String file) throws IOException {
      ZipFile zip;
      try {
        zip = new ZipFile(path.toFile());
      } catch (ZipException e) {
        throw new UserError(
            "%s is cut off or damaged: it begins as a zip archive and does not end as one (%s); fetch it again"
                .formatted(file, e.getMessage()),
            e);
      }
      try {
        return read(zip, file);
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    }

    private static Zip read(ZipFile zip, String file) throws IOException {
      List<String> pickles =
          zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(PICKLE)).toList();
      if (pickles.size() != 1) {
        throw new UserError(
            "%s is a zip archive with %d data.pkl, so torch.save did not write it; name another file"
                .formatted(file, pickles.size()));
      }
      String pickle = pickles.get(0);
      String folder = pickle.substring(0, pickle.length() - PICKLE.length());
      requireLittleEndian(zip, file, zip.getEntry(folder + "/byteorder"));
      Zip empty = new Zip(zip, file, folder, null);
      try (InputStream in = new BufferedInputStream(zip.getInputStream(empty.stored(pickle)))) {
        Unpickler unpickler = new Unpickler(new PickleInput(in, file), file);
        Zip whole = new Zip(zip, file, folder, unpickler.load());
        unpickler.storages().values().forEach(whole::entry);
        return whole;
      } catch (ZipException e) {
        throw damaged(pickle, file, e);
      }
    }

    /** Later versions of PyTorch say so. */
    private static void requireLittleEndian(ZipFile zip, String file, ZipEntry order)
        throws IOException {
      if (order == null) {
        return;
      }
      try (InputStream in = zip.getInputStream(order)) {
        if (!new String(in.readNBytes(6), StandardCharsets.US_ASCII).equals("little")) {
          throw new UserError(
              file + " was saved on a big-endian machine; save it again on a little-endian one");
        }
      } catch (ZipException e) {
        throw damaged(order.getName(), file, e);
      }
    }

    private static UserError damaged(String part, String file, IOException e) {
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
    public byte[] read(StorageRef storage, long from, int count) throws IOException {
      ZipEntry entry = entry(storage);
      int bytes = storage.type().bytes();
      try (InputStream in = zip.getInputStream(entry)) {
        in.skipNBytes(from * bytes);
        byte[] read = in.readNBytes(Math.multiplyExact(count, bytes));
        if (read.length != count * bytes) {
          throw new ZipException("it ends after " + read.length + " bytes");
        }
        return read;
      } catch (IOException e) {
        throw damaged(entry.getName(), file, e);
      }
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }

  /**
   * The stream of PyTorch before 1.6: pickles of a magic number, of the protocol's version, of the
   * machine, of what was saved and of the keys of the storages; then for each key the number of
   * elements and the elements.
   *
   * @param places of the first element of each storage, in bytes
   */
  record Stream(RandomAccessFile in, String file, Object root, Map<String, Long> places)
      implements PthStorages {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;

    /**
     * Reads all but the elements.
     *
     * @throws UserError if torch.save did not write it, or it is cut off
     */
    static Stream open(Path path, String file) throws IOException {
      RandomAccessFile whole = new RandomAccessFile(path.toFile(), "r");
      try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
        PickleInput input = new PickleInput(in, file);
        Unpickler pickles = new Unpickler(input, file);
        requireHead(pickles, file);
        Object root = pickles.load();
        Object keys = pickles.load();
        Stream stream = new Stream(whole, file, root, new HashMap<>());
        stream.locate(keys, pickles.storages(), input.position());
        return stream;
      } catch (IOException | RuntimeException e) {
        whole.close();
        throw e;
      }
    }

    private static void requireHead(Unpickler pickles, String file) throws IOException {
      Object magic = pickles.load();
      if (!MAGIC.equals(magic)) {
        throw new UserError(
            "%s is a pickle, but not of torch.save; name a checkpoint of the authors' main.py"
                .formatted(file));
      }
      Object protocol = pickles.load();
      Object machine = pickles.load();
      if (!Long.valueOf(PROTOCOL).equals(protocol)
          || !(machine instanceof Map<?, ?> facts)
          || !Boolean.TRUE.equals(facts.get("little_endian"))) {
        throw new UserError(
            file
                + " was saved in a way that only other machines use; save it again with"
                + " torch.save");
      }
    }

    private void locate(Object keys, Map<String, StorageRef> storages, long start)
        throws IOException {
      long position = start;
      for (Object key : keys instanceof List<?> list ? list : List.of()) {
        StorageRef storage = key instanceof String name ? storages.get(name) : null;
        if (storage == null) {
          throw new UserError(file + " has a storage that no tensor uses; it is damaged");
        }
        long elements = Long.reverseBytes(ByteBuffer.wrap(bytes(position, Long.BYTES)).getLong());
        if (elements != storage.elements()) {
          throw new UserError(
              "storage %s of %s has %d elements instead of %d; fetch it again"
                  .formatted(key, file, elements, storage.elements()));
        }
        position += Long.BYTES;
        places.put(storage.key(), position);
        if (storage.bytes() > in.length() - position) {
          throw cutOff();
        }
        position += storage.bytes();
      }
      storages.keySet().forEach(this::place);
    }

    private long place(String key) {
      Long place = places.get(key);
      if (place == null) {
        throw new UserError("%s lacks its storage %s; fetch it again".formatted(file, key));
      }
      return place;
    }

    private byte[] bytes(long position, int count) throws IOException {
      byte[] bytes = new byte[count];
      try {
        in.seek(position);
        in.readFully(bytes);
      } catch (EOFException e) {
        throw cutOff();
      }
      return bytes;
    }

    private UserError cutOff() throws IOException {
      return new UserError(
          "%s is cut off: it ends after %d bytes, within its storages; fetch it again"
              .formatted(file, in.length()));
    }

    @Override
    public byte[] read(StorageRef storage, long from, int count) throws IOException {
      int bytes = storage.type().bytes();
      return bytes(place(storage.key()) + from * bytes, Math.multiplyExact(count, bytes));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
