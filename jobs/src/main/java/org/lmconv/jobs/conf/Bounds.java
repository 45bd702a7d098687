package org.lmconv.jobs.conf;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.lmconv.jobs.base.UserError;

/** Checks of values that have the right type. Each names the key, the value and what is allowed. */
public final class Bounds {
  private Bounds() {}

  public static void atLeast(String key, long value, long least) {
    require(value >= least, key, value, "must be at least " + least);
  }

  public static void within(String key, long value, long least, long most) {
    require(value >= least && value <= most, key, value, "must be " + least + " to " + most);
  }

  /** At least one number, each at least 1. */
  public static void counts(String key, List<Integer> values) {
    boolean holds = !values.isEmpty() && values.stream().allMatch(value -> value >= 1);
    require(holds, key, values, "must hold one number or more, each at least 1");
  }

  public static void positive(String key, double value) {
    require(value > 0 && finite(value), key, value, "must be above 0");
  }

  public static void notNegative(String key, double value) {
    require(value >= 0 && finite(value), key, value, "must be 0 or above");
  }

  /** A share that may be one: from 0 to 1. */
  public static void share(String key, double value) {
    require(value >= 0 && value <= 1, key, value, "must be 0 to 1");
  }

  /** A share that leaves something: from 0 to below 1. */
  public static void properShare(String key, double value) {
    require(value >= 0 && value < 1, key, value, "must be at least 0 and below 1");
  }

  /** A share that is neither nothing nor all: above 0 and below 1. */
  public static void innerShare(String key, double value) {
    require(value > 0 && value < 1, key, value, "must be above 0 and below 1");
  }

  public static void oneOf(String key, String value, List<String> allowed) {
    require(allowed.contains(value), key, value, "must be " + either(allowed));
  }

  public static void require(boolean holds, String key, Object value, String rule) {
    Objects.requireNonNull(value, key);
    if (!holds) {
      throw new UserError(key + "=" + value + ": " + rule);
    }
  }

  /** What {@code body} gives; whatever it says is wrong is said of the value of the key. */
  static <T> T told(String key, Object value, Supplier<T> body) {
    try {
      return body.get();
    } catch (IllegalArgumentException e) {
      throw new UserError(key + "=" + value + ": " + e.getMessage(), e);
    }
  }

  static void told(String key, Object value, Runnable body) {
    told(
        key,
        value,
        () -> {
          body.run();
          return true;
        });
  }

  private static boolean finite(double value) {
    return value <= Double.MAX_VALUE;
  }

  static String either(List<String> allowed) {
    int last = allowed.size() - 1;
    return last == 0
        ? allowed.get(0)
        : String.join(", ", allowed.subList(0, last)) + " or " + allowed.get(last);
  }
}
