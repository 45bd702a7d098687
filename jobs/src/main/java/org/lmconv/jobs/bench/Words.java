package org.lmconv.jobs.bench;

import java.math.BigDecimal;

/** Parts of sentences. */
final class Words {
  private Words() {}

  /** A number without digits that say nothing: 1 rather than 1.0. */
  static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** Such as "1 worker" or "2 workers". */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
