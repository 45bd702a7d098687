package org.lmconv.jobs.executor;

import ai.djl.engine.Engine;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.lmconv.jobs.UserError;

/** PyTorch's native library in this process. */
public final class Natives {
  private static final String ENGINE = "PyTorch";

  private Natives() {}

  /**
   * DJL's PyTorch engine, with its library loaded.
   *
   * @throws UserError if the library is not to be had here; says where, and how to get it there
   */
  public static Engine engine() {
    try {
      return Engine.getEngine(ENGINE);
    } catch (RuntimeException | LinkageError e) {
      throw new UserError(
          ("PyTorch's native library cannot be loaded on %s (%s); for CPUs submit with --jars"
                  + " natives/pytorch-native-cpu.jar,natives/pytorch-jni.jar, for GPUs set"
                  + " PYTORCH_LIBRARY_PATH there")
              .formatted(host(), rootOf(e)),
          e);
    }
  }

  private static String rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }
}
