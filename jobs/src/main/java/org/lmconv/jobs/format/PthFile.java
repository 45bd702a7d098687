package org.lmconv.jobs.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lmconv.jobs.UserError;

/** A file that {@code torch.save} wrote. Tensors are read when they are asked for. */
public final class PthFile implements Closeable {
  /** Elements whose bytes an array of Java can have. */
  private static final int LARGEST = Integer.MAX_VALUE / Double.BYTES;

  private final String file;
  private final StorageBytes storages;
  private final Object root;

  private PthFile(String file, StorageBytes storages, Object root) {
    this.file = file;
    this.storages = storages;
    this.root = root;
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
    return switch (start(path)) {
      case 'P' -> openZip(path, file);
      case 0x80 -> openStream(path, file);
      default ->
          throw new UserError(
              "%s is no file of torch.save, neither a zip archive nor a pickle, and no safetensors; name another file"
                  .formatted(file));
    };
  }

  /** The first byte, or -1. */
  private static int start(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.read();
    }
  }

  private static PthFile openZip(Path path, String file) throws IOException {
    ZipStorages zip = ZipStorages.open(path, file);
    try (InputStream in = zip.pickle()) {
      return new PthFile(file, zip, new Unpickler(new PickleInput(in, file), file).load());
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static PthFile openStream(Path path, String file) throws IOException {
    StreamStorages stream = StreamStorages.open(path, file);
    return new PthFile(file, stream, stream.root());
  }

  /**
   * What was saved: null, Boolean, Long, Double, String, byte[], List, Map with keys of String or
   * Long, {@link Tuple}, {@link TensorRef}.
   */
  public Object root() {
    return root;
  }

  /**
   * The elements of a tensor.
   *
   * @param name of it, for messages
   * @return in row-major order
   * @throws UserError if they are not float32, or the file does not have them
   */
  public float[] floats(String name, TensorRef tensor) throws IOException {
    if (tensor.storage().type() != StorageType.FLOAT) {
      throw new UserError(
          "tensor %s of %s has elements of %s; save it as torch.FloatStorage, float32"
              .formatted(name, file, tensor.storage().type()));
    }
    if (Math.max(tensor.span(), tensor.size()) > LARGEST) {
      throw new UserError(
          "tensor %s of %s lies over %d elements; at most %d can be read"
              .formatted(name, file, tensor.span(), LARGEST));
    }
    int span = (int) tensor.span();
    byte[] bytes = storages.read(tensor.storage(), tensor.offset(), span);
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[(int) tensor.size()];
    if (tensor.isContiguous()) {
      floats.get(values);
    } else {
      int[] places = tensor.places();
      for (int i = 0; i < values.length; i++) {
        values[i] = floats.get(places[i]);
      }
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    storages.close();
  }
}
