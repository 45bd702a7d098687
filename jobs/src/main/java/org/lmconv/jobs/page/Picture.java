package org.lmconv.jobs.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import org.lmconv.jobs.draw.ContactSheet;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Region;

/**
 * An image as the page shows it.
 *
 * @param source a data: address of a PNG, so that the page needs no other file
 * @param text what it is, for those who do not see it
 * @param caption under it; may be empty
 */
record Picture(String source, String text, String caption) {

  /**
   * An image, one pixel of the PNG for each of its own.
   *
   * @param pixels uint8, row-major [H, W, C]
   * @param hole that is not shown; null is none
   */
  static Picture of(ImageShape shape, byte[] pixels, Region hole, String text, String caption) {
    ContactSheet sheet = ContactSheet.ofOne(shape);
    sheet.add(0, 0, pixels, hole);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      sheet.write(png);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    String base64 = Base64.getEncoder().encodeToString(png.toByteArray());
    return new Picture("data:image/png;base64," + base64, text, caption);
  }
}
