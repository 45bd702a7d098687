package org.lmconv.jobs.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The golden checkpoints of the paper's authors; see goldens/README.md. */
public final class GoldenPth {
  private GoldenPth() {}

  /** A copy of {@code /goldens/NAME.pth} in a folder. */
  public static Path copy(String name, Path folder) throws IOException {
    Path copy = folder.resolve(name + ".pth");
    try (InputStream in = GoldenPth.class.getResourceAsStream("/goldens/" + name + ".pth")) {
      Files.copy(in, copy);
    }
    return copy;
  }
}
