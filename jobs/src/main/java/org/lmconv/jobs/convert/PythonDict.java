package org.lmconv.jobs.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmconv.jobs.format.PthFile.Tuple;

/**
 * A dict of a checkpoint, such as what the authors' program was told: each value may be missing,
 * None, or of another type than it should, which is the same here.
 */
record PythonDict(Map<?, ?> values) {
  static final PythonDict EMPTY = new PythonDict(Map.of());

  Optional<String> text(String name) {
    return as(name, String.class);
  }

  boolean flag(String name) {
    return as(name, Boolean.class).orElse(false);
  }

  /** A number that the program may have had as int or float. */
  Optional<Double> number(String name) {
    return as(name, Number.class).map(Number::doubleValue);
  }

  Optional<Long> whole(String name) {
    return as(name, Long.class);
  }

  List<?> list(String name) {
    return values.get(name) instanceof List<?> list ? list : List.of();
  }

  PythonDict dict(String name) {
    return values.get(name) instanceof Map<?, ?> dict ? new PythonDict(dict) : EMPTY;
  }

  /** Numbers of a tuple or list; none if any is something else. */
  List<Double> numbers(String name) {
    List<?> items = values.get(name) instanceof Tuple tuple ? tuple.items() : list(name);
    return items.stream().allMatch(Number.class::isInstance)
        ? items.stream().map(item -> ((Number) item).doubleValue()).toList()
        : List.of();
  }

  private <T> Optional<T> as(String name, Class<T> type) {
    return Optional.ofNullable(values.get(name)).filter(type::isInstance).map(type::cast);
  }
}
