package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void countsInsertedDeletedAndReplacedCharacters() {
    assertThat(Spelling.edits("gilbert", "gilbert")).isZero();
    assertThat(Spelling.edits("scurve", "s_curve")).isEqualTo(1);
    assertThat(Spelling.edits("hilbert", "gilbert")).isEqualTo(1);
    assertThat(Spelling.edits("rasters", "raster")).isEqualTo(1);
    assertThat(Spelling.edits("", "abc")).isEqualTo(3);
    assertThat(Spelling.edits("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void takesTheFirstOfEquals() {
    assertThat(Spelling.nearest("bat", List.of("dog", "cat", "rat"))).isEqualTo("cat");
  }
}
