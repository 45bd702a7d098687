package org.lmconv.jobs.ingest;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lmconv.jobs.format.RecordFrame;

/** Tiny files in the format of CelebA-HQ's TFRecords. */
public final class CelebaBytes {
  private CelebaBytes() {}

  /** Writes one part of a message. */
  @FunctionalInterface
  private interface Part {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Part part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    part.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] numbers(boolean packed, long... values) throws IOException {
    byte[] list =
        message(
            out -> {
              if (packed) {
                byte[] all = message(inner -> each(inner, values));
                out.writeByteArray(1, all);
              } else {
                for (long value : values) {
                  out.writeInt64(1, value);
                }
              }
            });
    return message(out -> out.writeByteArray(3, list));
  }

  private static void each(CodedOutputStream out, long... values) throws IOException {
    for (long value : values) {
      out.writeInt64NoTag(value);
    }
  }

  private static byte[] bytes(byte[] value) throws IOException {
    byte[] list = message(out -> out.writeByteArray(1, value));
    return message(out -> out.writeByteArray(1, list));
  }

  private static void entry(CodedOutputStream out, String key, byte[] feature) throws IOException {
    byte[] entry =
        message(
            inner -> {
              inner.writeString(1, key);
              inner.writeByteArray(2, feature);
            });
    out.writeByteArray(1, entry);
  }

  /** An example of an image whose every value is {@code value}. */
  static byte[] example(int side, int value, boolean packed) throws IOException {
    byte[] data = new byte[side * side * 3];
    java.util.Arrays.fill(data, (byte) value);
    return example(data, packed, side, side, 3);
  }

  static byte[] example(byte[] data, boolean packed, long... shape) throws IOException {
    byte[] features =
        message(
            out -> {
              entry(out, "attr", numbers(packed, 1, 0, -1, 1));
              entry(out, "data", bytes(data));
              entry(out, "label", numbers(packed, 4));
              entry(out, "shape", numbers(packed, shape));
            });
    return message(out -> out.writeByteArray(1, features));
  }

  /** A file of these records. */
  static byte[] file(byte[]... records) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (byte[] record : records) {
      byte[] length = little(8).putLong(record.length).array();
      file.writeBytes(length);
      file.writeBytes(little(4).putInt(RecordFrame.checksum(length, 8)).array());
      file.writeBytes(record);
      file.writeBytes(little(4).putInt(RecordFrame.checksum(record, record.length)).array());
    }
    return file.toByteArray();
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
