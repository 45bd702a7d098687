package org.lmconv.notebooks.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;

/** The process that Jupyter starts: {@code java -cp ... Main CONNECTION_FILE}. */
public final class Main {
  private Main() {}

  /** Serves until Jupyter asks to shut down, or is gone. */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    // Pictures are drawn into memory; without this AWT looks for a screen.
    System.setProperty("java.awt.headless", "true");
    endWithParent(System.getenv("JPY_PARENT_PID"));
    JupyterConnection connection =
        new JupyterConnection(KernelConnectionProperties.parse(Files.readString(Path.of(args[0]))));
    NotebookKernel kernel = new NotebookKernel();
    kernel.becomeHandlerForConnection(connection);
    kernel.onStartup();
    connection.connect();
    connection.waitUntilClose();
    System.exit(0); // a cell may have left threads
  }

  /** A Jupyter that was killed cannot ask to shut down. Its id comes in the environment. */
  private static void endWithParent(String id) {
    if (id != null && id.matches("\\d{2,18}")) { // 1 is who adopts orphans
      ProcessHandle.of(Long.parseLong(id))
          .ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
    }
  }
}
