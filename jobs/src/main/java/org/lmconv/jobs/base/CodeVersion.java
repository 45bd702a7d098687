package org.lmconv.jobs.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the code that runs, for reports and checkpoints. */
public final class CodeVersion {
  private static final String RESOURCE = "/org/lmconv/jobs/version.properties";
  private static final String CURRENT = read();

  private CodeVersion() {}

  /**
   * The version of the project and, where it was built in a git checkout, the commit: "0.1.0
   * (da3261e)"; "-modified" follows a commit that had changes on top.
   */
  public static String current() {
    return CURRENT;
  }

  private static String read() {
    Properties properties = new Properties();
    try (InputStream in = CodeVersion.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return format(properties.getProperty("version"), properties.getProperty("commit"));
  }

  static String format(String version, String commit) {
    return commit.isEmpty() ? version : version + " (" + commit + ")";
  }
}
