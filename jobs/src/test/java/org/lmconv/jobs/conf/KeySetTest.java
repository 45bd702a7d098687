package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeySetTest {
  @Test
  void matchesNamesAndSections() {
    KeySet keys = KeySet.of("run", "score.*");
    assertThat(keys.contains("run")).isTrue();
    assertThat(keys.contains("score.images")).isTrue();
    assertThat(keys.contains("seed")).isFalse();
    assertThat(keys.contains("runs")).isFalse();
    assertThat(KeySet.ALL.contains("train.rounds")).isTrue();
  }

  @Test
  void eachCommandHasItsOwn() {
    assertThat(KeySet.TRAIN.contains("train.rounds")).isTrue();
    assertThat(KeySet.TRAIN.contains("checkpoint")).isFalse();
    assertThat(KeySet.NLL.contains("score.images")).isTrue();
    assertThat(KeySet.NLL.contains("model.filters")).isFalse();
    assertThat(KeySet.NLL.contains("region")).isTrue();
    assertThat(KeySet.TRAIN.contains("region")).isFalse(); // it scores whole images
    assertThat(KeySet.BENCH.contains("bench.steps")).isTrue();
    assertThat(KeySet.BENCH.contains("train.rounds")).isFalse();
    assertThat(KeySet.BENCH.contains("train.transport")).isTrue();
    assertThat(KeySet.BENCH.contains("plan.share")).isFalse();
    assertThat(KeySet.PLAN.contains("plan.share")).isTrue();
    assertThat(KeySet.PLAN.contains("train.batch-size")).isTrue();
    assertThat(KeySet.PLAN.contains("train.local-steps")).isFalse(); // it is the answer
    for (KeySet other : List.of(KeySet.TRAIN, KeySet.NLL, KeySet.INGEST)) {
      assertThat(other.contains("what")).isFalse();
      assertThat(other.contains("bench.steps")).isFalse();
      assertThat(other.contains("plan.share")).isFalse();
    }
    assertThat(KeySet.COMPLETE.contains("region")).isTrue();
    assertThat(KeySet.COMPLETE.contains("count")).isFalse();
    assertThat(KeySet.SAMPLE.contains("count")).isTrue();
    assertThat(KeySet.SAMPLE.contains("data")).isFalse();
    assertThat(KeySet.TRAIN.contains("draws")).isFalse();
    assertThat(KeySet.INGEST.names()).containsExactly("source", "path", "data", "ingest.*");
  }

  @Test
  void everyNameIsAKeyOrASection() {
    assertThat(
            List.of(
                KeySet.TRAIN,
                KeySet.NLL,
                KeySet.SAMPLE,
                KeySet.COMPLETE,
                KeySet.INGEST,
                KeySet.IMPORT,
                KeySet.EXPORT,
                KeySet.AVERAGE,
                KeySet.BENCH,
                KeySet.PLAN))
        .flatExtracting(KeySet::names)
        .allSatisfy(name -> assertThat(ConfigLoader.keys()).anyMatch(KeySet.of(name)::contains));
  }

  @Test
  void leavesOutWhatIsNamed() {
    KeySet keys = KeySet.allBut("source", "ingest.*", "run-id", "code-version", "started");
    assertThat(keys.contains("source")).isFalse();
    assertThat(keys.contains("ingest.train-images")).isFalse();
    assertThat(keys.contains("train.rounds")).isTrue();
    assertThat(keys.names())
        .startsWith("run", "checkpoint")
        .endsWith("model.*", "train.*", "score.*", "draw.*", "bench.*", "plan.*");
  }
}
