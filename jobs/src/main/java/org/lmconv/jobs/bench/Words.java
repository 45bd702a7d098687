package org.lmconv.jobs.bench;

/** Parts of sentences. */
final class Words {
  private Words() {}

  /** Such as "1 worker" or "2 workers". */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
