package org.lmconv.jobs.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmconv.jobs.UserError;

/**
 * The stream of PyTorch before 1.6: pickles of a magic number, of the protocol's version, of the
 * machine, of what was saved and of the keys of the storages; then for each key the number of
 * elements and the elements.
 */
final class StreamStorages implements StorageBytes {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private final FileChannel channel;
  private final String file;
  private final Object root;
  private final Map<String, Long> places; // of the first element, in bytes

  private StreamStorages(FileChannel channel, String file, Object root, Map<String, Long> places) {
    this.channel = channel;
    this.file = file;
    this.root = root;
    this.places = places;
  }

  /**
   * Reads all but the elements.
   *
   * @throws UserError if torch.save did not write it, or it is cut off
   */
  static StreamStorages open(Path path, String file) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      PickleInput input = new PickleInput(in, file);
      Unpickler pickles = new Unpickler(input, file);
      requireHead(pickles, file);
      Object root = pickles.load();
      Object keys = pickles.load();
      StreamStorages storages = new StreamStorages(channel, file, root, new HashMap<>());
      storages.locate(keys, pickles.storages(), input.position());
      return storages;
    } catch (IOException | RuntimeException e) {
      channel.close();
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
          file + " was saved in a way that only other machines use; save it again with torch.save");
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
      long elements = bytes(position, Long.BYTES).getLong();
      if (elements != storage.elements()) {
        throw new UserError(
            "storage %s of %s has %d elements instead of %d; fetch it again"
                .formatted(key, file, elements, storage.elements()));
      }
      places.put(storage.key(), position + Long.BYTES);
      position += Long.BYTES;
      position = Math.addExact(position, Math.multiplyExact(elements, storage.type().bytes()));
      if (elements < 0 || position > channel.size()) {
        throw cutOff();
      }
    }
  }

  private ByteBuffer bytes(long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw cutOff();
      }
    }
    return bytes.flip();
  }

  private UserError cutOff() throws IOException {
    return new UserError(
        "%s is cut off: it ends after %d bytes, within its storages; fetch it again"
            .formatted(file, channel.size()));
  }

  /** What was saved. */
  Object root() {
    return root;
  }

  @Override
  public byte[] read(StorageRef storage, long from, int count) throws IOException {
    Long place = places.get(storage.key());
    if (place == null) {
      throw new UserError("%s lacks its storage %s; fetch it again".formatted(file, storage.key()));
    }
    int bytes = storage.type().bytes();
    return bytes(place + from * bytes, Math.multiplyExact(count, bytes)).array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
