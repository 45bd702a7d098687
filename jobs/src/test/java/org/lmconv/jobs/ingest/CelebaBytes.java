package org.lmconv.jobs.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.lmconv.jobs.format.RecordFrame;

/** Tiny files in the format of CelebA-HQ's TFRecords. */
public final class CelebaBytes {
  private CelebaBytes() {}

  /** Fields of a message, one behind the other: each of bytes under a number. */
  private static byte[] field(int number, byte[]... contents) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] content : contents) {
      bytes.write(number << 3 | 2);
      bytes.writeBytes(varint(content.length));
      bytes.writeBytes(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long rest = value; ; rest >>>= 7) {
      bytes.write((int) (rest & 0x7F) | (rest >>> 7 == 0 ? 0 : 0x80));
      if (rest >>> 7 == 0) {
        return bytes.toByteArray();
      }
    }
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  /** An int64 list, its values in one field or each in its own. */
  private static byte[] numbers(boolean packed, long... values) {
    byte[] list = {};
    for (long value : values) {
      list = packed ? join(list, varint(value)) : join(list, new byte[] {1 << 3}, varint(value));
    }
    return field(3, packed ? field(1, list) : list);
  }

  private static byte[] entry(String key, byte[] feature) {
    return join(field(1, key.getBytes(StandardCharsets.US_ASCII)), field(2, feature));
  }

  /** An example of an image whose every value is {@code value}. */
  static byte[] example(int side, int value, boolean packed) {
    byte[] data = new byte[side * side * 3];
    Arrays.fill(data, (byte) value);
    return example(data, packed, side, side, 3);
  }

  static byte[] example(byte[] data, boolean packed, long... shape) {
    byte[] features =
        field(
            1,
            entry("attr", numbers(packed, 1, 0, -1, 1)),
            entry("data", field(1, field(1, data))),
            entry("label", numbers(packed, 4)),
            entry("shape", numbers(packed, shape)));
    return field(1, features);
  }

  /** A file of these records. */
  static byte[] file(byte[]... records) {
    byte[] file = {};
    for (byte[] record : records) {
      byte[] length = little(8).putLong(record.length).array();
      file = join(file, length, checksum(length), record, checksum(record));
    }
    return file;
  }

  private static byte[] checksum(byte[] bytes) {
    return little(4).putInt(RecordFrame.checksum(bytes, bytes.length)).array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A folder of 2 training shards with 3 and 2 images and a validation shard with 1, of 8x8. */
  public static Path folder(Path folder) throws IOException {
    Path train = Files.createDirectories(folder.resolve("train"));
    Path validation = Files.createDirectories(folder.resolve("validation"));
    Files.write(
        train.resolve("train-r03-s-0000-of-0002.tfrecords"),
        file(example(8, 10, false), example(8, 11, true), example(8, 12, false)));
    Files.write(
        train.resolve("train-r03-s-0001-of-0002.tfrecords"),
        file(example(8, 20, true), example(8, 21, true)));
    Files.write(
        validation.resolve("validation-r03-s-0000-of-0001.tfrecords"), file(example(8, 30, true)));
    return folder;
  }
}
