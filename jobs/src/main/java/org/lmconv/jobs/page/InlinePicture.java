package org.lmconv.jobs.page;

import java.util.Base64;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Region;
import org.lmconv.orders.picture.Picture;

/**
 * A picture in the page.
 *
 * @param source a data: address of a PNG, so that the page needs no other file
 * @param text what it is, for those who do not see it
 * @param caption under it; may be empty
 */
record InlinePicture(String source, String text, String caption) {
  static InlinePicture of(Picture picture, String text, String caption) {
    String base64 = Base64.getEncoder().encodeToString(picture.png());
    return new InlinePicture("data:image/png;base64," + base64, text, caption);
  }

  /**
   * An image, one pixel of the PNG for each of its own.
   *
   * @param pixels uint8, row-major [H, W, C]
   * @param hole that is not shown
   */
  static InlinePicture of(
      ImageShape shape, byte[] pixels, Region hole, String text, String caption) {
    return of(Picture.image(shape.grid(), shape.channels(), pixels, hole, 1), text, caption);
  }

  /** A whole image. */
  static InlinePicture of(ImageShape shape, byte[] pixels, String text, String caption) {
    return of(shape, pixels, Region.none(shape.grid()), text, caption);
  }
}
