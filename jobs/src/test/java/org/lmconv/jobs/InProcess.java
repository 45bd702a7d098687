package org.lmconv.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.lmconv.jobs.TinyRuns.Printed;

/**
 * Runs commands as their main method does, but in this JVM: a second instead of five. The session
 * that a command opens, or finds open, is closed when it ends.
 *
 * @param folder to run in: what relative paths begin at
 */
record InProcess(Path folder) implements Terminal {
  @Override
  public Result run(String... words) throws IOException {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    FileSystem files = FileSystem.getLocal(new Configuration());
    org.apache.hadoop.fs.Path here = files.getWorkingDirectory();
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    files.setWorkingDirectory(new org.apache.hadoop.fs.Path(folder.toUri()));
    try (Printed out = new Printed();
        Printed err = new Printed()) {
      int code = new LmConv(Commands.ALL, out, err, false).run(words);
      return new Result(code, out.text(), err.text());
    } finally {
      files.setWorkingDirectory(here);
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }
}
