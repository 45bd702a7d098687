package org.lmconv.jobs.base;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks into what Spark wraps around an exception of a task. */
public final class Causes {
  // Longer chains are cycles.
  private static final int LONGEST = 100;

  private Causes() {}

  /** The first fault of the caller among an exception and its causes. */
  public static Optional<UserError> userError(Throwable e) {
    return chain(e).stream()
        .filter(UserError.class::isInstance)
        .map(UserError.class::cast)
        .findFirst();
  }

  /** The innermost cause; the exception itself if it has none. */
  public static Throwable root(Throwable e) {
    List<Throwable> chain = chain(e);
    return chain.get(chain.size() - 1);
  }

  private static List<Throwable> chain(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause).limit(LONGEST).toList();
  }
}
