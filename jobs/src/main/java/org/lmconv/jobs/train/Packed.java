package org.lmconv.jobs.train;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.lmconv.model.tensor.Precision;

/**
 * A vector on its way between processes: little-endian numbers, in chunks, so that no process ever
 * needs one buffer of the whole.
 *
 * @param chunks all of {@link #CHUNK} elements but the last
 */
record Packed(Precision precision, int size, byte[][] chunks) implements Serializable {
  /** Elements of a chunk: 4 MB of float32. */
  static final int CHUNK = 1 << 20;

  /** Packs elements {@code from} to {@code to} (exclusive). */
  static Packed of(Precision precision, float[] values, int from, int to) {
    int size = to - from;
    byte[][] chunks = new byte[(size + CHUNK - 1) / CHUNK][];
    for (int i = 0; i < chunks.length; i++) {
      int start = from + i * CHUNK;
      chunks[i] = chunk(precision, values, start, Math.min(start + CHUNK, to));
    }
    return new Packed(precision, size, chunks);
  }

  static Packed of(Precision precision, float[] values) {
    return of(precision, values, 0, values.length);
  }

  private static byte[] chunk(Precision precision, float[] values, int from, int to) {
    ByteBuffer bytes = buffer(new byte[(to - from) * bytesPerElement(precision)]);
    if (precision == Precision.FLOAT32) {
      bytes.asFloatBuffer().put(values, from, to - from);
    } else {
      for (int i = from; i < to; i++) {
        bytes.putShort(bfloat16(values[i]));
      }
    }
    return bytes.array();
  }

  /** The nearest bfloat16, the even one of two; what is infinite or NaN stays so. */
  static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40); // a payload in the low half alone must not vanish
    }
    return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }

  static int bytesPerElement(Precision precision) {
    return precision == Precision.FLOAT32 ? Float.BYTES : Short.BYTES;
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Bytes of the numbers. */
  long bytes() {
    return (long) size * bytesPerElement(precision);
  }

  /** Adds {@code weight} times each element. */
  void addTo(double[] sums, double weight) {
    for (int i = 0; i < chunks.length; i++) {
      ByteBuffer bytes = buffer(chunks[i]);
      int start = i * CHUNK;
      int end = Math.min(start + CHUNK, size);
      if (precision == Precision.FLOAT32) {
        for (int k = start; k < end; k++) {
          sums[k] += weight * bytes.getFloat();
        }
      } else {
        for (int k = start; k < end; k++) {
          sums[k] += weight * Float.intBitsToFloat(bytes.getShort() << 16);
        }
      }
    }
  }

  /** Elements {@code from} to {@code to} (exclusive). */
  Packed slice(int from, int to) {
    int width = bytesPerElement(precision);
    byte[][] parts = new byte[(to - from + CHUNK - 1) / CHUNK][];
    for (int i = 0; i < parts.length; i++) {
      int start = from + i * CHUNK;
      parts[i] = bytes(width * (long) start, width * (Math.min(start + CHUNK, to) - start), width);
    }
    return new Packed(precision, to - from, parts);
  }

  private byte[] bytes(long from, int count, int width) {
    byte[] bytes = new byte[count];
    int chunkBytes = CHUNK * width;
    for (int done = 0; done < count; ) {
      int offset = (int) ((from + done) % chunkBytes);
      int length = Math.min(count - done, chunkBytes - offset);
      System.arraycopy(chunks[(int) ((from + done) / chunkBytes)], offset, bytes, done, length);
      done += length;
    }
    return bytes;
  }

  void update(CRC32C crc) {
    for (byte[] chunk : chunks) {
      crc.update(chunk);
    }
  }
}
