package org.lmconv.jobs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the functions that a pickle may call give. */
final class Reductions {
  private Reductions() {}

  /**
   * A number type of numpy, such as f8; numbers are little endian unless {@link Unpickler} says.
   */
  record Dtype(String code) {}

  /**
   * Calls a function.
   *
   * @throws IllegalArgumentException if it does not take such arguments
   * @throws ArithmeticException if a tensor is larger than any storage
   */
  static Object call(Known function, Tuple arguments) {
    return switch (function) {
      case ORDERED_DICT -> orderedDict(arguments);
      case TENSOR -> tensor(arguments);
      case PARAMETER -> arguments.get(0, TensorRef.class);
      case SCALAR, SCALAR_OF_NUMPY_2 ->
          scalar(arguments.get(0, Dtype.class), arguments.get(1, byte[].class));
      case DTYPE -> new Dtype(arguments.get(0, String.class));
      case ENCODE -> encode(arguments.get(0, String.class), arguments.get(1, String.class));
    };
  }

  private static Map<Object, Object> orderedDict(Tuple arguments) {
    if (arguments.size() > 0) {
      throw new IllegalArgumentException("it has items at once");
    }
    return new LinkedHashMap<>();
  }

  private static TensorRef tensor(Tuple arguments) {
    return new TensorRef(
        arguments.get(0, StorageRef.class),
        arguments.get(1, Long.class),
        arguments.get(2, Tuple.class).longs(),
        arguments.get(3, Tuple.class).longs());
  }

  private static Number scalar(Dtype type, byte[] bytes) {
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length == 8 && type.code().equals("f8")) {
      return little.getDouble();
    }
    if (bytes.length == 4 && type.code().equals("f4")) {
      return (double) little.getFloat();
    }
    if (bytes.length == 8 && type.code().equals("i8")) {
      return little.getLong();
    }
    if (bytes.length == 4 && type.code().equals("i4")) {
      return (long) little.getInt();
    }
    throw new IllegalArgumentException("%d bytes of type %s".formatted(bytes.length, type.code()));
  }

  private static byte[] encode(String text, String encoding) {
    if (!encoding.equals("latin1")) {
      throw new IllegalArgumentException("encoding " + encoding);
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
