package org.lmconv.jobs.format;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.format.TensorRef.StorageRef;

/**
 * The stream of PyTorch before 1.6: pickles of a magic number, of the protocol's version, of the
 * machine, of what was saved and of the keys of the storages; then for each key the number of
 * elements and the elements.
 */
final class PthStream extends PthFile {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final Long PROTOCOL = 1001L;

  private final RandomAccessFile in;
  private final Map<String, Long> places = new HashMap<>(); // of storages by their keys, in bytes

  PthStream(Path path, String file) throws IOException {
    super(file);
    in = new RandomAccessFile(path.toFile(), "r");
  }

  @Override
  Object load() throws IOException {
    PickleInput input =
        new PickleInput(new BufferedInputStream(Channels.newInputStream(in.getChannel())), file);
    Unpickler pickles = new Unpickler(input);
    requireHead(pickles);
    Object root = pickles.load();
    Object keys = pickles.load();
    locate(keys instanceof List<?> list ? list : List.of(), pickles.storages(), input.position());
    return root;
  }

  private void requireHead(Unpickler pickles) throws IOException {
    if (!MAGIC.equals(pickles.load())) {
      throw new UserError(
          "%s is a pickle, but not of torch.save; name a checkpoint of the authors' main.py"
              .formatted(file));
    }
    Object protocol = pickles.load();
    Object machine = pickles.load();
    if (!PROTOCOL.equals(protocol)
        || !(machine instanceof Map<?, ?> facts)
        || !Boolean.TRUE.equals(facts.get("little_endian"))) {
      throw new UserError(
          file + " was saved in a way that only other machines use; save it again with torch.save");
    }
  }

  private void locate(List<?> keys, Map<String, StorageRef> storages, long start)
      throws IOException {
    long position = start;
    for (Object key : keys) {
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
  byte[] read(StorageRef storage, long from, int count) throws IOException {
    return bytes(place(storage.key()) + from, count);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
