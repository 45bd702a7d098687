package org.lmconv.jobs.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.format.TensorRef.ElementType;
import org.lmconv.jobs.format.TensorRef.StorageRef;

/**
 * A file that {@code torch.save} wrote, in one of its two formats. Tensors are read when they are
 * asked for. A file that opens has all elements that it speaks of, so that its own size bounds what
 * is read of it.
 */
public abstract sealed class PthFile implements Closeable permits PthZip, PthStream {
  /** Elements whose bytes an array of Java can have. */
  private static final int LARGEST = Integer.MAX_VALUE / Double.BYTES;

  final String file;
  private Object root;

  PthFile(String file) {
    this.file = file;
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
    PthFile opened =
        switch (start) {
          case 'P' -> new PthZip(path, file);
          case 0x80 -> new PthStream(path, file);
          default ->
              throw new UserError(
                  "%s is no file of torch.save, neither a zip archive nor a pickle, and no safetensors; name another file"
                      .formatted(file));
        };
    try {
      opened.root = opened.load();
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** A tuple of Python, whose items may be null. */
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
    return root;
  }

  /**
   * Some of its tensors, under names.
   *
   * @param where they are, for messages
   */
  public NamedTensors tensors(String where, Map<String, TensorRef> refs) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    refs.forEach((name, ref) -> shapes.put(name, ref.shape()));
    return new NamedTensors(where, shapes, name -> floats(name, refs.get(name)));
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
    int count = (int) tensor.span() * Float.BYTES;
    byte[] bytes = read(tensor.storage(), tensor.offset() * Float.BYTES, count);
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int[] places = tensor.places();
    float[] values = new float[places.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats.get(places[i]);
    }
    return values;
  }

  /**
   * Reads all but the elements.
   *
   * @return what was saved
   */
  abstract Object load() throws IOException;

  /**
   * Some bytes of a storage.
   *
   * @param from the first one
   * @throws UserError if the file does not have them
   */
  abstract byte[] read(StorageRef storage, long from, int count) throws IOException;
}
