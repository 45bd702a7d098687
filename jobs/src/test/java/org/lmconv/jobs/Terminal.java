package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

/** Takes command lines, as words after bin/lmconv, and runs them in a folder. */
@FunctionalInterface
interface Terminal {
  /** What a command left behind. */
  record Result(int code, String out, String err) {}

  /** Runs a command to its end. */
  Result run(String... words) throws Exception;

  /** Runs a command that is to end well, with no word on the standard error; what it printed. */
  default String succeeds(String... words) throws Exception {
    Result result = run(words);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result.out();
  }

  /** Runs a command that the caller is to be blamed for: one line that says why, nothing else. */
  default void refuses(String message, String... words) throws Exception {
    assertThat(refusesAfterStart(message, words).out()).isEmpty();
  }

  /** The same of a command that may have said by then how it starts. */
  default Result refusesAfterStart(String message, String... words) throws Exception {
    Result result = run(words);
    assertThat(result.err())
        .startsWith("lmconv: ")
        .contains(message)
        .endsWith("\n")
        .hasLineCount(1);
    assertThat(result.code()).isEqualTo(2);
    return result;
  }
}
