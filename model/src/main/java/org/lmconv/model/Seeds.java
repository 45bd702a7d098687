package org.lmconv.model;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers as a function of what they are for. Nothing here has a state, so a task that is
 * run a second time draws what it drew the first time.
 *
 * <p>The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable
 * pseudorandom number generators"), variant 13 of Stafford's.
 */
public final class Seeds {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /** What a random number is drawn for, so that two uses never share a stream. */
  public enum Purpose {
    INITIAL_PARAMETERS,
    VISIT,
    ORDER,
    BINARIZE_TRAIN,
    BINARIZE_SCORE,
    DROPOUT,
    SAMPLE,
    SPLIT
  }

  /** Hash of a run's seed, a purpose and any coordinates (round, worker, update, image ...). */
  public static long of(long seed, Purpose purpose, long... coordinates) {
    // The name, not the ordinal: a purpose added later must not move the others.
    long hash = mix(seed + GOLDEN_GAMMA) ^ of(purpose.name());
    for (long coordinate : coordinates) {
      hash = mix(mix(hash) + coordinate * GOLDEN_GAMMA + 1);
    }
    return mix(hash);
  }

  /** Hash of a text, for names and image ids. */
  public static long of(String text) {
    long hash = GOLDEN_GAMMA;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = mix(hash + (b & 0xFF) + 1);
    }
    return hash;
  }

  /** Element {@code index} of the uniform stream of {@code seed}, in [0, 1), 24 random bits. */
  public static float uniform(long seed, long index) {
    return (mix(seed + (index + 1) * GOLDEN_GAMMA) >>> 40) * 0x1p-24f;
  }

  /**
   * A random permutation of {@code 0 .. size - 1} (Fisher and Yates).
   *
   * @param seed of the permutation
   * @param size number of elements
   */
  public static int[] permutation(long seed, int size) {
    int[] items = new int[size];
    for (int i = 0; i < size; i++) {
      int j = (int) Long.remainderUnsigned(mix(seed + (i + 1) * GOLDEN_GAMMA), i + 1);
      items[i] = items[j];
      items[j] = i;
    }
    return items;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
