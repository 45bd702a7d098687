package org.lmconv.jobs.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.lmconv.jobs.base.UserError;

/** The bytes of a pickle, read as the numbers and texts that they are; little endian. */
final class PickleInput {
  /** Of one text. The longest that checkpoints have is the name of a tensor. */
  private static final int LONGEST = 1 << 20;

  private final InputStream in;
  final String file;
  private long position;

  PickleInput(InputStream in, String file) {
    this.in = in;
    this.file = file;
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  int unsignedByte() throws IOException {
    return bytes(1)[0] & 0xFF;
  }

  int unsignedShort() throws IOException {
    return little(2).getShort() & 0xFFFF;
  }

  int signedInt() throws IOException {
    return little(4).getInt();
  }

  long unsignedInt() throws IOException {
    return Integer.toUnsignedLong(signedInt());
  }

  double bigEndianDouble() throws IOException {
    return ByteBuffer.wrap(bytes(8)).getDouble();
  }

  /** In two's complement; Long where it is of 64 bits, else BigInteger. */
  Object wholeNumber(int length) throws IOException {
    byte[] little = bytes(length);
    byte[] big = new byte[length + 1]; // of no bytes it is 0
    for (int i = 0; i < length; i++) {
      big[length - i] = little[i];
    }
    big[0] = length > 0 && little[length - 1] < 0 ? (byte) -1 : 0;
    BigInteger number = new BigInteger(big);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  String utf8(long length) throws IOException {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  /** What comes before the end of the line. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = unsignedByte(); next != '\n'; next = unsignedByte()) {
      line.write(next);
      requireSane(line.size());
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private ByteBuffer little(int length) throws IOException {
    return ByteBuffer.wrap(bytes(length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * @throws UserError if the file ends before, or no checkpoint has so long a text
   */
  byte[] bytes(long length) throws IOException {
    requireSane(length);
    byte[] bytes = in.readNBytes((int) length);
    position += bytes.length;
    if (bytes.length < length) {
      throw new UserError(
          "%s is cut off: it ends after %d bytes, within its pickle; fetch it again"
              .formatted(file, position));
    }
    return bytes;
  }

  private void requireSane(long length) {
    if (length > LONGEST) {
      throw new UserError(
          "%s has a text of %d bytes at byte %d of its pickle; it is damaged, or no checkpoint"
              .formatted(file, length, position));
    }
  }
}
