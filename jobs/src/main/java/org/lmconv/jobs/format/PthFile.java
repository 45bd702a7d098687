package org.lmconv.jobs.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.format.TensorRef.ElementType;

/** A file that {@code torch.save} wrote. Tensors are read when they are asked for. */
public final class PthFile implements Closeable {
  /** Elements whose bytes an array of Java can have. */
  private static final int LARGEST = Integer.MAX_VALUE / Double.BYTES;

  private final String file;
  private final PthStorages storages;

  private PthFile(String file, PthStorages storages) {
    this.file = file;
    this.storages = storages;
  }

  /**
   * Opens a file.
   *
   * @param path on a disk of this machine
   * @param file its name, for messages
   * @throws UserError if torch.save did not write it, it is cut off or damaged, or it wants to do
   *     what no checkpoint does
   */
  public static PthFile open(Path path, String file) throws IOException {
    int start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.read();
    }
    return switch (start) {
      case 'P' -> new PthFile(file, PthStorages.Zip.open(path, file));
      case 0x80 -> new PthFile(file, PthStorages.Stream.open(path, file));
      default ->
          throw new UserError(
              "%s is no file of torch.save, neither a zip archive nor a pickle, and no safetensors; name another file"
                  .formatted(file));
    };
  }

  /**
   * A tuple of Python.
   *
   * @param items may be null
   */
  public record Tuple(List<Object> items) {
    /**
     * An item of a type.
     *
     * @throws IllegalArgumentException if it is missing, or of another type
     */
    <T> T get(int index, Class<T> type) {
      if (index >= items.size() || !type.isInstance(items.get(index))) {
        throw new IllegalArgumentException(
            "item %d is no %s".formatted(index, type.getSimpleName()));
      }
      return type.cast(items.get(index));
    }

    /**
     * All items.
     *
     * @throws IllegalArgumentException if one is no whole number
     */
    List<Long> longs() {
      if (!items.stream().allMatch(Long.class::isInstance)) {
        throw new IllegalArgumentException("a side that is no whole number");
      }
      return items.stream().map(Long.class::cast).toList();
    }
  }

  /**
   * What was saved: null, Boolean, Long, Double, String, byte[], List, Map with keys of String or
   * Long, {@link Tuple}, {@link TensorRef}. A list may hold itself.
   */
  public Object root() {
    return storages.root();
  }

  /**
   * The elements of a tensor.
   *
   * @param name of it, for messages
   * @return in row-major order
   * @throws UserError if they are not float32, or the file does not have them
   */
  public float[] floats(String name, TensorRef tensor) throws IOException {
    if (tensor.storage().type() != ElementType.FLOAT) {
      throw new UserError(
          "tensor %s of %s has elements of %s; save it as torch.FloatStorage, float32"
              .formatted(name, file, tensor.storage().type()));
    }
    if (Math.max(tensor.span(), tensor.size()) > LARGEST) {
      throw new UserError(
          "tensor %s of %s lies over %d elements; at most %d can be read"
              .formatted(name, file, tensor.span(), LARGEST));
    }
    byte[] bytes = storages.read(tensor.storage(), tensor.offset(), (int) tensor.span());
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int[] places = tensor.places();
    float[] values = new float[places.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats.get(places[i]);
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    storages.close();
  }
}
