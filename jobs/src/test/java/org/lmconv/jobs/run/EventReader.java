package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads TensorBoard's event files byte by byte, with nothing of what wrote them. */
public final class EventReader {
  /**
   * A record of a file.
   *
   * @param time seconds since 1970
   * @param version of the file, in its first record; else null
   */
  public record Read(double time, long step, String version, Map<String, Float> scalars) {}

  private EventReader() {}

  /**
   * The events of all files of a directory, as TensorBoard reads them: by name, each to its end.
   */
  public static List<Read> directory(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.getFileName().toString().contains("tfevents")).toList();
    }
    List<Read> events = new ArrayList<>();
    for (Path file : files.stream().sorted().toList()) {
      List<Read> read = file(file);
      assertThat(read.get(0).version()).isEqualTo("brain.Event:2");
      assertThat(read.get(0).scalars()).isEmpty();
      assertThat(read.get(0).time()).isEqualTo(read.get(1).time());
      events.addAll(read.subList(1, read.size()));
    }
    return events;
  }

  private static List<Read> file(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Read> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = take(bytes, 8);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] data = take(bytes, (int) little(length).getLong());
      assertThat(bytes.getInt()).isEqualTo(masked(data));
      events.add(event(little(data)));
    }
    return events;
  }

  /** CRC-32C a bit at a time (Castagnoli's polynomial, reflected), masked as TensorFlow does. */
  private static int masked(byte[] bytes) {
    int crc = ~0;
    for (byte value : bytes) {
      crc ^= value & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82F63B78;
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  private static Read event(ByteBuffer bytes) {
    double time = 0;
    long step = 0;
    String version = null;
    Map<String, Float> scalars = new LinkedHashMap<>();
    while (bytes.hasRemaining()) {
      int key = (int) varint(bytes);
      switch (key) {
        case 1 << 3 | 1 -> time = bytes.getDouble();
        case 2 << 3 -> step = varint(bytes);
        case 3 << 3 | 2 -> version = text(bytes);
        case 5 << 3 | 2 -> summary(message(bytes), scalars);
        default -> throw new AssertionError("no field of Event: " + key);
      }
    }
    return new Read(time, step, version, scalars);
  }

  private static void summary(ByteBuffer bytes, Map<String, Float> scalars) {
    while (bytes.hasRemaining()) {
      assertThat(varint(bytes)).isEqualTo(1 << 3 | 2);
      ByteBuffer value = message(bytes);
      assertThat(varint(value)).isEqualTo(1 << 3 | 2);
      String tag = text(value);
      assertThat(varint(value)).isEqualTo(2 << 3 | 5);
      assertThat(scalars.put(tag, value.getFloat())).as(tag).isNull();
      assertThat(value.hasRemaining()).isFalse();
    }
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static ByteBuffer message(ByteBuffer bytes) {
    return little(take(bytes, (int) varint(bytes)));
  }

  private static String text(ByteBuffer bytes) {
    return new String(take(bytes, (int) varint(bytes)), StandardCharsets.UTF_8);
  }

  private static byte[] take(ByteBuffer bytes, int length) {
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
