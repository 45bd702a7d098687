package org.lmconv.notebooks;

import java.util.Base64;
import java.util.Map;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.lmconv.orders.picture.Picture;

/** A value that is shown below a cell, by bin/notebooks and by JJava, the kernel for Jupyter. */
public interface Shown extends DisplayDataRenderable {
  /** The value in words, for terminals and for readers who see no pictures. */
  String text();

  /** The value by MIME type; bytes as base64. Front ends take the richest that they know. */
  Map<String, String> rich();

  /** A picture as the value of a cell. */
  static Shown show(Picture picture) {
    record ShownPicture(String text, Map<String, String> rich) implements Shown {}
    String base64 = Base64.getEncoder().encodeToString(picture.png());
    return new ShownPicture(picture.text(), Map.of("image/png", base64));
  }

  @Override
  default void render(RenderContext context) {
    DisplayData data = context.getOutputContainer();
    data.putText(text());
    rich()
        .forEach(
            (type, value) -> {
              data.putData(type, value);
              if (type.startsWith("image/")) {
                data.putMetaData(type, Map.of("alt", text()));
              }
            });
  }
}
