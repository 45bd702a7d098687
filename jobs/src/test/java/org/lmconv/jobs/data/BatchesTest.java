package org.lmconv.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private final List<List<Integer>> seen = new ArrayList<>();

  private Batches<Integer, Integer> batches(Iterator<Integer> items, int size) {
    return new Batches<>(
        items,
        size,
        batch -> {
          seen.add(batch);
          return batch.stream().flatMap(item -> List.of(item, -item).stream()).toList();
        });
  }

  @Test
  void theLastBatchMayBeSmaller() {
    List<Integer> results = new ArrayList<>();
    batches(IntStream.rangeClosed(1, 7).iterator(), 3).forEachRemaining(results::add);
    assertThat(seen).containsExactly(List.of(1, 2, 3), List.of(4, 5, 6), List.of(7));
    assertThat(results).containsExactly(1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7);
  }

  @Test
  void noItemIsFetchedBeforeItsBatchIsAskedFor() {
    Iterator<Integer> endless = IntStream.iterate(1, i -> i + 1).iterator();
    Batches<Integer, Integer> batches = batches(endless, 2);
    assertThat(batches.hasNext()).isTrue();
    assertThat(seen).isEmpty();
    for (int result = 0; result < 4; result++) {
      batches.next();
      assertThat(seen).hasSize(1);
    }
    assertThat(batches.next()).isEqualTo(3);
    assertThat(seen).hasSize(2);
    assertThat(endless.next()).isEqualTo(5);
  }

  @Test
  void nothingComesOfNothing() {
    assertThat(batches(List.<Integer>of().iterator(), 2).hasNext()).isFalse();
  }
}
