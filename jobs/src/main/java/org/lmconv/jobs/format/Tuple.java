package org.lmconv.jobs.format;

import java.util.List;

/**
 * A tuple of Python.
 *
 * @param items may be null
 */
public record Tuple(List<Object> items) {
  int size() {
    return items.size();
  }

  /**
   * An item of a type.
   *
   * @throws IllegalArgumentException if it is missing, or of another type
   */
  <T> T get(int index, Class<T> type) {
    if (index >= items.size() || !type.isInstance(items.get(index))) {
      throw new IllegalArgumentException("item %d is no %s".formatted(index, type.getSimpleName()));
    }
    return type.cast(items.get(index));
  }

  /**
   * All items, whole numbers.
   *
   * @throws IllegalArgumentException if one is something else
   */
  List<Long> longs() {
    return items.stream()
        .map(
            item -> {
              if (item instanceof Long number) {
                return number;
              }
              throw new IllegalArgumentException("a side that is no whole number");
            })
        .toList();
  }
}
