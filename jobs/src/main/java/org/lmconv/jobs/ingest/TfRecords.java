package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lmconv.jobs.format.RecordFrame;

/** A file of TFRecords, read record by record. */
final class TfRecords {
  private static final int LONGEST = 256 << 20; // no picture is as large

  private final InputStream in;
  private int records;

  TfRecords(InputStream in) {
    this.in = in;
  }

  /**
   * The data of the next record; null at the end.
   *
   * @throws BadFileException if the file ends within it, or a checksum is wrong
   */
  byte[] next() throws IOException {
    byte[] header = in.readNBytes(RecordFrame.HEADER);
    if (header.length == 0) {
      return null;
    }
    requireAll(header.length, RecordFrame.HEADER);
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long length = fields.getLong();
    if (fields.getInt() != RecordFrame.checksum(header, Long.BYTES)) {
      throw new BadFileException(
          records == 0
              ? "it is no file of TFRecords, or its first bytes are damaged"
              : "the length of record %d is damaged".formatted(records));
    }
    if (length < 0 || length > LONGEST) {
      throw new BadFileException(
          "record %d has %d bytes, but no picture has more than 256 MB".formatted(records, length));
    }
    byte[] data = in.readNBytes((int) length);
    byte[] check = in.readNBytes(RecordFrame.TRAILER);
    requireAll(data.length + check.length, (int) length + RecordFrame.TRAILER);
    if (ByteBuffer.wrap(check).order(ByteOrder.LITTLE_ENDIAN).getInt()
        != RecordFrame.checksum(data, data.length)) {
      throw new BadFileException("record %d is damaged: its checksum is wrong".formatted(records));
    }
    records++;
    return data;
  }

  private void requireAll(int found, int wanted) throws BadFileException {
    if (found < wanted) {
      throw new BadFileException("it is cut off in record %d".formatted(records));
    }
  }
}
