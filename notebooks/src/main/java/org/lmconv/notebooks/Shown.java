package org.lmconv.notebooks;

import java.util.Map;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;

/** A value that Jupyter shows below a cell, in every kernel that is built on JJava's library. */
interface Shown extends DisplayDataRenderable {
  /** The value in words, for terminals and for readers who see no pictures. */
  String text();

  /** The value by MIME type; bytes as base64. Front ends take the richest that they know. */
  Map<String, String> rich();

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
