package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.Seeds;
import org.lmconv.model.tensor.Precision;

class PackedTest {
  private static final int LONG = 2 * Packed.CHUNK + 7;

  private static float[] random(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Seeds.uniform(1, i) - 0.5f;
    }
    return values;
  }

  private static double[] unpacked(Packed packed) {
    double[] sums = new double[packed.size()];
    packed.addTo(sums, 1);
    return sums;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Packed.CHUNK - 1, Packed.CHUNK, LONG})
  void float32ArrivesBitForBit(int size) {
    float[] values = random(size);
    Packed packed = Packed.of(Precision.FLOAT32, values);
    assertThat(packed.bytes()).isEqualTo(4L * size);
    double[] arrived = unpacked(packed);
    for (int i = 0; i < size; i++) {
      assertThat((float) arrived[i]).isEqualTo(values[i]);
    }
  }

  @Test
  void numbersAreLittleEndian() {
    Packed one = Packed.of(Precision.FLOAT32, new float[] {1});
    assertThat(one.chunks()[0]).containsExactly(0, 0, 0x80, 0x3F);
    Packed half = Packed.of(Precision.BFLOAT16, new float[] {1});
    assertThat(half.chunks()[0]).containsExactly(0x80, 0x3F);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void slicesMakeTheWholeAcrossChunks(Precision precision) {
    Packed whole = Packed.of(precision, random(LONG));
    double[] expected = unpacked(whole);
    int[] cuts = {0, 3, Packed.CHUNK - 1, Packed.CHUNK + 5, 2 * Packed.CHUNK, LONG};
    for (int i = 1; i < cuts.length; i++) {
      Packed slice = whole.slice(cuts[i - 1], cuts[i]);
      double[] part = unpacked(slice);
      assertThat(part).hasSize(cuts[i] - cuts[i - 1]);
      for (int k = 0; k < part.length; k++) {
        assertThat(part[k]).isEqualTo(expected[cuts[i - 1] + k]);
      }
    }
  }

  @Test
  void weightsCount() {
    double[] sums = {10, 20};
    Packed.of(Precision.BFLOAT16, new float[] {1, -2}).addTo(sums, 3);
    assertThat(sums).containsExactly(13, 14);
  }

  /** Against the definition: of the two neighbours that have 8 bits, the nearer; else the even. */
  @Test
  void bfloat16IsTheNearestAndTheEvenOfTwo() {
    for (int i = 0; i < 100_000; i++) {
      int bits = (int) (Seeds.of(7, Seeds.Purpose.ORDER, i) >>> 32);
      float value = Float.intBitsToFloat(bits);
      float below = Float.intBitsToFloat(bits & 0xFFFF0000);
      float above = Float.intBitsToFloat((bits & 0xFFFF0000) + 0x10000);
      if (Float.isNaN(value) || Float.isInfinite(above) || Float.isNaN(above)) {
        continue;
      }
      double toBelow = Math.abs((double) value - below);
      double toAbove = Math.abs((double) above - value);
      boolean evenBelow = (bits >>> 16 & 1) == 0;
      float expected = toBelow < toAbove || toBelow == toAbove && evenBelow ? below : above;
      assertThat(rounded(value)).as("%a", value).isEqualTo(expected);
    }
  }

  @Test
  void tiesGoToTheEvenOne() {
    assertThat(rounded(Float.intBitsToFloat(0x3F808000))).isEqualTo(1f);
    assertThat(rounded(Float.intBitsToFloat(0x3F818000)))
        .isEqualTo(Float.intBitsToFloat(0x3F820000));
  }

  @Test
  void whatIsNotFiniteStaysSo() {
    assertThat(rounded(Float.NaN)).isNaN();
    assertThat(rounded(Float.intBitsToFloat(0x7F800001))).isNaN();
    assertThat(rounded(Float.intBitsToFloat(0xFFFFFFFF))).isNaN();
    assertThat(rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(rounded(-0f)).isEqualTo(-0f);
  }

  private static float rounded(float value) {
    return Float.intBitsToFloat(Packed.bfloat16(value) << 16);
  }

  @Test
  void theChecksumIsThatOfAllBytes() {
    Packed whole = Packed.of(Precision.FLOAT32, random(LONG));
    assertThat(crc(whole)).isNotEqualTo(crc(whole.slice(0, LONG - 1)));
    CRC32C parts = new CRC32C();
    whole.slice(0, 1000).update(parts);
    whole.slice(1000, LONG).update(parts);
    assertThat(parts.getValue()).isEqualTo(crc(whole));
  }

  private static long crc(Packed packed) {
    CRC32C crc = new CRC32C();
    packed.update(crc);
    return crc.getValue();
  }
}
