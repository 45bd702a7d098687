package org.lmconv.jobs.ingest;

import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * What a reader of JPEG says of damage. It goes on, with grey for what is missing, where others
 * throw.
 */
final class Warnings implements IIOReadWarningListener {
  private String damage;

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    // Others are of colour profiles and the like, and the pixels are whole.
    if (damage == null && (warning.startsWith("Premature") || warning.startsWith("Corrupt"))) {
      damage = warning;
    }
  }

  /**
   * To be called after reading.
   *
   * @throws BadFileException if there was damage
   */
  void refuse() throws BadFileException {
    if (damage != null) {
      throw new BadFileException(
          damage.toLowerCase(Locale.ROOT).contains("premature end")
              ? "its end is missing"
              : "it is damaged");
    }
  }
}
