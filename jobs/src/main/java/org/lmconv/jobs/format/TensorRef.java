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
   * @throws IllegalArgumentException if it is not within its storage
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
    size(shape);
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

  /** Whether the elements lie in row-major order without gaps. */
  boolean isContiguous() {
    long expected = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) > 1 && strides.get(i) != expected) {
        return false;
      }
      expected *= shape.get(i);
    }
    return true;
  }

  /** Places in the storage, counted from the first element of the tensor, in row-major order. */
  int[] places() {
    int[] places = new int[Math.toIntExact(size())];
    long[] index = new long[shape.size()];
    for (int i = 0; i < places.length; i++) {
      long place = 0;
      for (int side = 0; side < index.length; side++) {
        place += index[side] * strides.get(side);
      }
      places[i] = Math.toIntExact(place);
      next(index);
    }
    return places;
  }

  private void next(long[] index) {
    for (int side = index.length - 1; side >= 0; side--) {
      if (++index[side] < shape.get(side)) {
        return;
      }
      index[side] = 0;
    }
  }
}
