package org.lmconv.model.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.lmconv.model.Gradients;

/** Vectors on the Java heap. */
class ParameterVectorTest {
  private static ParameterVector vector(float... values) {
    return new ParameterVector(values);
  }

  @Test
  void addsAMultiple() {
    ParameterVector sum = vector(1, 2, 3);
    sum.add(-2, vector(10, 0, 0.5f));
    assertThat(sum).isEqualTo(vector(-19, 2, 2));
  }

  @Test
  void scales() {
    ParameterVector scaled = vector(1, -2, 0);
    scaled.scale(0.5f);
    assertThat(scaled).isEqualTo(vector(0.5f, -1, 0));
  }

  @Test
  void movesTowardsAnother() {
    ParameterVector average = vector(8, 0);
    average.moveTowards(vector(0, 4), 0.75);
    assertThat(average).isEqualTo(vector(6, 1));
    average.moveTowards(vector(5, 5), 1);
    assertThat(average).as("decay 1 stays").isEqualTo(vector(6, 1));
    average.moveTowards(vector(5, 5), 0);
    assertThat(average).as("decay 0 arrives").isEqualTo(vector(5, 5));
  }

  @Test
  void aMovingAverageRoundsEachElementOnce() {
    double decay = 0.9999;
    ParameterVector from = new ParameterVector(Gradients.upstream(1000, 1));
    ParameterVector to = new ParameterVector(Gradients.upstream(1000, 2));
    ParameterVector average = from.copy();
    average.moveTowards(to, decay);
    for (int i = 0; i < from.size(); i++) {
      double exact = decay * from.values()[i] + (1 - decay) * to.values()[i];
      // Half an ulp of float32, and a little for the arithmetic of this line.
      assertThat((double) average.values()[i])
          .isCloseTo(exact, within(0.5000001 * Math.ulp((float) exact)));
    }
  }

  @Test
  void copiesAreIndependent() {
    ParameterVector original = vector(1, 2);
    ParameterVector copy = original.copy();
    copy.scale(0);
    assertThat(original).isEqualTo(vector(1, 2)).isNotEqualTo(copy);
    assertThat(original).hasSameHashCodeAs(vector(1, 2));
  }

  @Test
  void refusesAnotherSize() {
    assertThatThrownBy(() -> vector(1, 2).add(1, vector(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot combine 2 parameters with 1");
    assertThatThrownBy(() -> vector(1).moveTowards(vector(1, 2), 0.5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void findsWhatIsNotFinite() {
    assertThat(vector(0, Float.MAX_VALUE).isFinite()).isTrue();
    assertThat(vector(0, Float.NaN).isFinite()).isFalse();
    assertThat(vector(Float.NEGATIVE_INFINITY, 0).isFinite()).isFalse();
  }

  @Test
  void writesLittleEndianFloats() {
    // 1 is 3F800000, -2 is C0000000.
    assertThat(vector(9, 1, -2).littleEndian(1, 3))
        .containsExactly(0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0);
  }

  @Test
  void readsBackWhatItWroteAnywhere() {
    ParameterVector original = vector(1, Float.MIN_VALUE, -0f, Float.POSITIVE_INFINITY);
    ParameterVector read = ParameterVector.zeros(6);
    read.setLittleEndian(1, original.littleEndian(0, 4));
    assertThat(read).isEqualTo(vector(0, 1, Float.MIN_VALUE, -0f, Float.POSITIVE_INFINITY, 0));
  }

  /** The check value of CRC-32C (RFC 3720): E3069283 for the digits 1 to 9; here, 8 of 9 bytes. */
  @Test
  void checksumIsThatOfTheLittleEndianBytes() {
    byte[] digits = "12345678".getBytes(StandardCharsets.US_ASCII);
    ParameterVector vector = ParameterVector.zeros(4);
    vector.setLittleEndian(1, digits);
    CRC32C crc = new CRC32C();
    crc.update(digits);
    assertThat(vector.crc32c(1, 3)).isEqualTo((int) crc.getValue()).isEqualTo(0x6087809A);
  }

  @Test
  void checksumOfManyElementsIsThatOfAllBytes() {
    ParameterVector vector = new ParameterVector(Gradients.upstream(150_000, 3));
    CRC32C crc = new CRC32C();
    crc.update(vector.littleEndian(0, vector.size()));
    assertThat(vector.crc32c()).isEqualTo((int) crc.getValue());
    assertThat(vector.crc32c(1, 140_000)).isNotEqualTo(vector.crc32c());
    assertThat(vector).hasToString("ParameterVector[150000, crc32c %08x]", vector.crc32c());
  }
}
