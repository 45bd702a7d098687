package org.lmconv.orders;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds what a misspelt word may have meant. */
public final class Spelling {
  private Spelling() {}

  /** The candidate with the fewest edits from {@code word}, the first of equals. */
  public static String nearest(String word, List<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> edits(word, candidate)))
        .orElseThrow();
  }

  /** The Levenshtein distance: inserted, deleted and replaced characters. */
  public static int edits(String from, String to) {
    int[] row = IntStream.rangeClosed(0, to.length()).toArray(); // edits of from[0, i) to to[0, j)
    for (int i = 0; i < from.length(); i++) {
      int diagonal = row[0];
      row[0] = i + 1;
      for (int j = 0; j < to.length(); j++) {
        int replaced = diagonal + (from.charAt(i) == to.charAt(j) ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = Math.min(replaced, 1 + Math.min(row[j], diagonal));
      }
    }
    return row[to.length()];
  }
}
