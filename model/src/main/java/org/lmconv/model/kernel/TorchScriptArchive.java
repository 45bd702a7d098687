package org.lmconv.model.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs the text of a TorchScript class, without attributes, as the archive that libtorch loads: a
 * ZIP of the text, of a pickle that makes the one object, and of a table of constants.
 */
final class TorchScriptArchive {
  private static final String FOLDER = "kernels/";

  /** Of the archive format; operators mean what they do from this version of libtorch on. */
  private static final String VERSION = "10\n";

  private TorchScriptArchive() {}

  /**
   * The archive of one class.
   *
   * @param className of the class that the text defines
   */
  static byte[] of(String className, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      write(zip, "data.pkl", object(className));
      write(zip, "code/__torch__.py", text.getBytes(StandardCharsets.UTF_8));
      write(zip, "constants.pkl", latin1("\u0080\u0002).")); // protocol 2, empty tuple, end
      write(zip, "version", latin1(VERSION));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(FOLDER + name));
    zip.write(content);
    zip.closeEntry();
  }

  /** Pickle of an object of the class whose only attribute is {@code training = False}. */
  private static byte[] object(String className) {
    String make = "\u0080\u0002c__torch__\n" + className + "\n)\u0081"; // new object, no arguments
    String attribute = "}(X\u0008\u0000\u0000\u0000training\u0089u"; // dictionary with one entry
    return latin1(make + attribute + "b."); // which the object takes as its state
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
