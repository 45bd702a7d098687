package org.lmconv.jobs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.lmconv.jobs.format.PthFile.Tuple;

/** What a pickle may call, beside making storages: all that checkpoints of LMConv have. */
enum Known {
  ORDERED_DICT("collections.OrderedDict"),
  TENSOR("torch._utils._rebuild_tensor_v2"),
  PARAMETER("torch._utils._rebuild_parameter"),
  SCALAR("numpy.core.multiarray.scalar"),
  SCALAR_OF_NUMPY_2("numpy._core.multiarray.scalar"),
  DTYPE("numpy.dtype"),
  /** Protocol 2 has no bytes: they are texts, encoded as latin-1. */
  ENCODE("_codecs.encode");

  private final String name;

  Known(String name) {
    this.name = name;
  }

  /** A number type of numpy, such as f8; little endian unless {@link Unpickler} says. */
  record Dtype(String code) {}

  /** As pickles ask for it. */
  @Override
  public String toString() {
    return name;
  }

  /**
   * Calls it.
   *
   * @throws IllegalArgumentException if it does not take such arguments
   * @throws ArithmeticException if a tensor is larger than any storage
   */
  Object call(Tuple arguments) {
    return switch (this) {
      case ORDERED_DICT -> {
        if (!arguments.items().isEmpty()) {
          throw new IllegalArgumentException("it has items at once");
        }
        yield new LinkedHashMap<>();
      }
      case TENSOR ->
          new TensorRef(
              arguments.get(0, TensorRef.StorageRef.class),
              arguments.get(1, Long.class),
              arguments.get(2, Tuple.class).longs(),
              arguments.get(3, Tuple.class).longs());
      case PARAMETER -> arguments.get(0, TensorRef.class);
      case SCALAR, SCALAR_OF_NUMPY_2 ->
          scalar(arguments.get(0, Dtype.class).code(), arguments.get(1, byte[].class));
      case DTYPE -> new Dtype(arguments.get(0, String.class));
      case ENCODE -> encode(arguments.get(0, String.class), arguments.get(1, String.class));
    };
  }

  private static Object scalar(String code, byte[] bytes) {
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String what = "%d bytes of type %s".formatted(bytes.length, code);
    return switch (what) {
      case "8 bytes of type f8" -> little.getDouble();
      case "4 bytes of type f4" -> (double) little.getFloat();
      case "8 bytes of type i8" -> little.getLong();
      case "4 bytes of type i4" -> (long) little.getInt();
      default -> throw new IllegalArgumentException(what);
    };
  }

  private static byte[] encode(String text, String encoding) {
    if (!encoding.equals("latin1")) {
      throw new IllegalArgumentException("encoding " + encoding);
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
