package org.lmconv.jobs.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodeVersionTest {
  @Test
  void isFilledInByTheBuild() {
    assertThat(CodeVersion.current()).matches("\\d+\\.\\d+\\.\\d+\\S*( \\(\\S+\\))?");
  }

  @Test
  void isTheProjectsAloneWithoutACommit() {
    assertThat(CodeVersion.format("1.0.0", "")).isEqualTo("1.0.0");
    assertThat(CodeVersion.format("1.0.0", "da3261e")).isEqualTo("1.0.0 (da3261e)");
  }
}
