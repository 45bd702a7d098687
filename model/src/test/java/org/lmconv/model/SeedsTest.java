package org.lmconv.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.model.Seeds.Purpose;
import org.lmconv.orders.Any;
import org.lmconv.orders.Any.Seeded;

/**
 * Random numbers. The pinned ones must never change: a task that is run again, or a run that is
 * continued by a later version, draws what it drew before.
 */
class SeedsTest {
  @ParameterizedTest
  @CsvSource({
    "INITIAL_PARAMETERS, b5876ff86b7ba65d",
    "VISIT, 857cc501e661a555",
    "ORDER, f12198f4030a6780",
    "BINARIZE_TRAIN, d11db4c8cf8fcfaa",
    "BINARIZE_SCORE, bf3c25e572a26181",
    "DROPOUT, ecc0d73b933d9c69",
    "SAMPLE, 806566d0b992012e",
    "SPLIT, 1104b22d20cae911",
  })
  void hashesArePinned(Purpose purpose, String hash) {
    assertThat(Seeds.of(1, purpose, 2, 3)).isEqualTo(Long.parseUnsignedLong(hash, 16));
  }

  @Test
  void everyPurposeIsPinned() {
    assertThat(Purpose.values()).hasSize(8);
  }

  @Test
  void textHashesArePinned() {
    assertThat(Seeds.of("conv.weight")).isEqualTo(0x299dc817ecbd9a1bL);
    assertThat(Seeds.of("é")).as("UTF-8").isEqualTo(0x03bb931fb2cfbbc0L);
  }

  @Test
  void uniformsArePinned() {
    assertThat(new float[] {Seeds.uniform(42, 0), Seeds.uniform(42, 1), Seeds.uniform(42, 2)})
        .containsExactly(0.74156487f, 0.15991038f, 0.2786011f);
  }

  /** The first two numbers of the published SplitMix64 for seed 1234567, their high 24 bits. */
  @Test
  void uniformsAreThoseOfSplitMix64() {
    assertThat(Seeds.uniform(1234567, 0)).isEqualTo((6457827717110365317L >>> 40) * 0x1p-24f);
    assertThat(Seeds.uniform(1234567, 1)).isEqualTo((3203168211198807973L >>> 40) * 0x1p-24f);
  }

  @Test
  void permutationsArePinned() {
    assertThat(Seeds.permutation(42, 10)).containsExactly(5, 8, 6, 2, 9, 4, 0, 3, 1, 7);
  }

  @Seeded
  void permutationsHaveEachElementOnce(int seed) {
    Any any = new Any(seed);
    int size = any.number(0, 300);
    int[] sorted = Seeds.permutation(any.bits(), size);
    Arrays.sort(sorted);
    assertThat(sorted).isEqualTo(IntStream.range(0, size).toArray());
  }

  @Test
  void allPermutationsAreEquallyLikely() {
    int draws = 6000;
    int[] counts = new int[27];
    for (int seed = 0; seed < draws; seed++) {
      int[] items = Seeds.permutation(Seeds.of(seed, Purpose.VISIT), 3);
      counts[9 * items[0] + 3 * items[1] + items[2]]++;
    }
    // Each of the 6 is drawn 1000 times with a binomial deviation of sqrt(1000 * 5 / 6) = 29.
    assertThat(Arrays.stream(counts).filter(count -> count > 0))
        .hasSize(6)
        .allSatisfy(count -> assertThat(count).isCloseTo(1000, within(5 * 29)));
  }

  @Seeded
  void uniformsAreInTheUnitInterval(int seed) {
    Any any = new Any(seed);
    assertThat(Seeds.uniform(any.bits(), any.bits())).isGreaterThanOrEqualTo(0).isLessThan(1);
  }

  @Test
  void uniformsHaveTheMomentsOfTheUniform() {
    int count = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double u = Seeds.uniform(17, i);
      sum += u;
      squares += u * u;
    }
    // Five deviations of a mean: sqrt(1/12) / sqrt(count) of u, sqrt(4/45) / sqrt(count) of u².
    assertThat(sum / count).isCloseTo(1.0 / 2, within(5 * 0.289 / Math.sqrt(count)));
    assertThat(squares / count).isCloseTo(1.0 / 3, within(5 * 0.298 / Math.sqrt(count)));
  }

  @Test
  void purposesAndCoordinatesHaveStreamsOfTheirOwn() {
    Set<Long> hashes = new HashSet<>();
    for (Purpose purpose : Purpose.values()) {
      hashes.add(Seeds.of(5, purpose));
      hashes.add(Seeds.of(5, purpose, 0));
      hashes.add(Seeds.of(5, purpose, 0, 0));
      hashes.add(Seeds.of(5, purpose, 1, 2));
      hashes.add(Seeds.of(5, purpose, 2, 1));
      hashes.add(Seeds.of(6, purpose, 1, 2));
    }
    assertThat(hashes).hasSize(6 * Purpose.values().length);
  }

  @Test
  void neighbouringStreamsShareNoNumbers() {
    Set<Float> numbers = new HashSet<>();
    for (long round = 0; round < 20; round++) {
      long stream = Seeds.of(1, Purpose.ORDER, round);
      LongStream.range(0, 50).forEach(i -> numbers.add(Seeds.uniform(stream, i)));
    }
    // Of 1000 numbers of 24 bits, 1000² / 2 / 2^24 = 0.03 pairs are equal by chance.
    assertThat(numbers).hasSizeGreaterThanOrEqualTo(999);
  }
}
