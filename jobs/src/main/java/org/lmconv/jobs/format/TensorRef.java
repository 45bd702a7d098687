package org.lmconv.jobs.format;

import java.util.List;

/**
 * A tensor whose elements are still in its file.
 *
 * @param storage that holds them, in whatever order
 * @param offset of the first one, in elements
 * @param shape sides, outermost first
 * @param strides distance of neighbours along each side, in elements
 */
public record TensorRef(StorageRef storage, long offset, List<Long> shape, List<Long> strides) {
  /**
   * @throws IllegalArgumentException if it is not within its storage, or larger than it
   */
  public TensorRef {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
    if (shape.size() != strides.size()
        || shape.stream().anyMatch(side -> side < 1)
        || strides.stream().anyMatch(stride -> stride < 0)) {
      throw new IllegalArgumentException("shape %s, strides %s".formatted(shape, strides));
    }
    long end = Math.addExact(last(offset, shape, strides), 1);
    if (offset < 0 || end > storage.elements()) {
      throw new IllegalArgumentException(
          "elements %d to %d of a storage of %d".formatted(offset, end, storage.elements()));
    }
    if (size(shape) > storage.elements()) { // strides of 0 would make much of nothing
      throw new IllegalArgumentException(
          "shape %s of a storage of %d".formatted(shape, storage.elements()));
    }
  }

  /**
   * Elements somewhere else in the file.
   *
   * @param key name within the file
   * @param elements number of them
   */
  record StorageRef(ElementType type, String key, long elements) {
    /**
     * @throws IllegalArgumentException if no file has so many
     */
    StorageRef {
      if (elements < 0 || elements > Long.MAX_VALUE / Double.BYTES) {
        throw new IllegalArgumentException("a storage of %d elements".formatted(elements));
      }
    }

    long bytes() {
      return elements * type.bytes;
    }
  }

  /** What PyTorch's storages hold. */
  enum ElementType {
    FLOAT("FloatStorage", 4),
    DOUBLE("DoubleStorage", 8),
    HALF("HalfStorage", 2),
    BFLOAT16("BFloat16Storage", 2),
    LONG("LongStorage", 8),
    INT("IntStorage", 4),
    SHORT("ShortStorage", 2),
    CHAR("CharStorage", 1),
    BYTE("ByteStorage", 1),
    BOOL("BoolStorage", 1);

    private final String python;
    private final int bytes;

    ElementType(String python, int bytes) {
      this.python = python;
      this.bytes = bytes;
    }

    /** As pickles ask for it. */
    @Override
    public String toString() {
      return "torch." + python;
    }
  }

  private static long last(long offset, List<Long> shape, List<Long> strides) {
    long last = offset;
    for (int i = 0; i < shape.size(); i++) {
      last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
    }
    return last;
  }

  private static long size(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Number of elements. */
  public long size() {
    return size(shape);
  }

  /** Elements of the storage from the first one of the tensor to its last one. */
  long span() {
    return last(offset, shape, strides) + 1 - offset;
  }

  /** Places in the storage, counted from the first element of the tensor, in row-major order. */
  int[] places() {
    int[] places = {0};
    for (int side = 0; side < shape.size(); side++) {
      int length = Math.toIntExact(shape.get(side));
      int[] inner = new int[Math.multiplyExact(places.length, length)];
      for (int i = 0; i < inner.length; i++) {
        inner[i] = Math.toIntExact(places[i / length] + i % length * strides.get(side));
      }
      places = inner;
    }
    return places;
  }
}
