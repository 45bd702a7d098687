package org.lmconv.notebooks;

import java.util.Locale;
import java.util.Map;

/** A sentence with numbers in it, which a cell computes. */
public record Note(String text) implements Shown {
  /** A sentence in Markdown, written as for {@link String#format(String, Object...)}. */
  public static Note of(String format, Object... values) {
    return new Note(String.format(Locale.ROOT, format, values));
  }

  @Override
  public Map<String, String> rich() {
    return Map.of("text/markdown", text);
  }
}
