package org.lmconv.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.lmconv.jobs.TinyRuns.Printed;

/**
 * Runs commands as their main method does, but in this JVM: a second instead of five. Each opens
 * and closes a session of its own, before which that of the tests is stopped.
 *
 * @param folder to run in: what relative paths begin at
 * @param spark properties that spark-submit would give to Spark
 */
record InProcess(Path folder, Map<String, String> spark) implements Terminal {
  InProcess(Path folder) {
    this(folder, Map.of());
  }

  /** With one more of Spark's properties. */
  InProcess with(String property, String value) {
    Map<String, String> more = new HashMap<>(spark);
    more.put(property, value);
    return new InProcess(folder, more);
  }

  @Override
  public Result run(String... words) throws IOException {
    Properties properties = (Properties) System.getProperties().clone();
    Locale locale = Locale.getDefault(Locale.Category.FORMAT);
    FileSystem files = FileSystem.getLocal(new Configuration());
    org.apache.hadoop.fs.Path here = files.getWorkingDirectory();
    try (Printed out = new Printed();
        Printed err = new Printed()) {
      TestSpark.stop();
      System.getProperties().putAll(spark);
      Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
      files.setWorkingDirectory(new org.apache.hadoop.fs.Path(folder.toUri()));
      int code = new LmConv(Commands.ALL, out, err, false).run(words);
      return new Result(code, out.text(), err.text());
    } finally {
      files.setWorkingDirectory(here);
      Locale.setDefault(Locale.Category.FORMAT, locale);
      System.setProperties(properties);
    }
  }
}
