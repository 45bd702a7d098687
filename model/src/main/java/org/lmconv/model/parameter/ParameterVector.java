package org.lmconv.model.parameter;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * All parameters of a network, or anything of their size (a gradient, an optimiser moment, an
 * average), as one flat array on the Java heap.
 *
 * @param values in the order of the {@link ParameterLayout}; not copied
 */
public record ParameterVector(float[] values) implements Serializable {

  /** Zeros. */
  public static ParameterVector zeros(int size) {
    return new ParameterVector(new float[size]);
  }

  /** Number of elements. */
  public int size() {
    return values.length;
  }

  /** An independent copy. */
  public ParameterVector copy() {
    return new ParameterVector(values.clone());
  }

  /** Adds {@code factor * other} in place, element by element. */
  public void add(float factor, ParameterVector other) {
    requireSameSize(other);
    for (int i = 0; i < values.length; i++) {
      values[i] += factor * other.values[i];
    }
  }

  /** Multiplies every element in place. */
  public void scale(float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  /**
   * One update of an exponential moving average in place: {@code this = decay * this + (1 - decay)
   * * other}.
   *
   * @param decay in [0, 1]
   */
  public void moveTowards(ParameterVector other, double decay) {
    requireSameSize(other);
    // In double, so that an element rounds once; as float32 the two factors do not even add to 1.
    double take = 1 - decay;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (decay * values[i] + take * other.values[i]);
    }
  }

  /** Whether no element is infinite or NaN. */
  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** CRC-32C of elements {@code from} to {@code to} (exclusive) as little-endian float32. */
  public int crc32c(int from, int to) {
    CRC32C crc = new CRC32C();
    int chunk = 1 << 16;
    for (int start = from; start < to; start += chunk) {
      crc.update(littleEndian(start, Math.min(start + chunk, to)));
    }
    return (int) crc.getValue();
  }

  /** CRC-32C of all elements. */
  public int crc32c() {
    return crc32c(0, values.length);
  }

  /** Elements {@code from} to {@code to} (exclusive) as little-endian float32. */
  public byte[] littleEndian(int from, int to) {
    ByteBuffer bytes = ByteBuffer.allocate((to - from) * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, from, to - from);
    return bytes.array();
  }

  /** Overwrites the elements from {@code from} on with little-endian float32 values. */
  public void setLittleEndian(int from, byte[] bytes) {
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values, from, bytes.length / Float.BYTES);
  }

  private void requireSameSize(ParameterVector other) {
    if (other.size() != size()) {
      throw new IllegalArgumentException(
          "cannot combine %d parameters with %d".formatted(size(), other.size()));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterVector vector && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "ParameterVector[%d, crc32c %08x]".formatted(size(), crc32c());
  }
}
