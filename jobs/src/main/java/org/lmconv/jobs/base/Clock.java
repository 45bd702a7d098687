package org.lmconv.jobs.base;

/** Lengths of time in words. */
public final class Clock {
  private Clock() {}

  /** Minutes and seconds, or hours too: "2:40", "1:02:40". */
  public static String of(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
  }
}
