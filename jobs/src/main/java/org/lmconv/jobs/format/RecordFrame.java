package org.lmconv.jobs.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How a file of TFRecords holds a record: length (uint64), its checksum, data, its checksum; all
 * little endian. A checksum is CRC-32C, rotated right by 15 bits, plus a constant.
 */
public final class RecordFrame {
  /** Bytes before the data. */
  public static final int HEADER = Long.BYTES + Integer.BYTES;

  /** Bytes behind the data. */
  public static final int TRAILER = Integer.BYTES;

  private static final int MASK = 0xa282ead8;

  private RecordFrame() {}

  /** The checksum of the first bytes, as files have it. */
  public static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  static void write(OutputStream out, byte[] data) throws IOException {
    ByteBuffer frame =
        ByteBuffer.allocate(HEADER + data.length + TRAILER).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(data.length).putInt(checksum(frame.array(), Long.BYTES));
    frame.put(data).putInt(checksum(data, data.length));
    out.write(frame.array());
  }
}
