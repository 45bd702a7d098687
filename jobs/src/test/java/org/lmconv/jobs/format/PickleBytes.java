package org.lmconv.jobs.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles byte by byte, also such as nobody should run. */
public final class PickleBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** One that has said that it has protocol 2. */
  public PickleBytes() {
    op(0x80, 2);
  }

  /** What a class with this {@code __reduce__} becomes: FUNCTION(text). */
  public static byte[] bomb(String module, String function, String text) {
    return new PickleBytes()
        .global(module, function)
        .text(text)
        .op(0x85) // a tuple of one
        .op('R') // call it
        .end();
  }

  public PickleBytes op(int... operation) {
    for (int each : operation) {
      bytes.write(each);
    }
    return this;
  }

  public PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    op('X').bytes.writeBytes(length.putInt(utf8.length).array());
    bytes.writeBytes(utf8);
    return this;
  }

  /** An int. */
  PickleBytes number(long number) {
    op(0x8a, 8)
        .bytes
        .writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
    return this;
  }

  public PickleBytes global(String module, String name) {
    op('c').bytes.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public byte[] end() {
    return op('.').bytes.toByteArray();
  }

  /** An archive as torch.save makes it, without storages. */
  public static Path zip(Path file, byte[] pickle) {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      ZipEntry entry = new ZipEntry("archive/data.pkl");
      CRC32 crc = new CRC32();
      crc.update(pickle);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(pickle.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(pickle);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
