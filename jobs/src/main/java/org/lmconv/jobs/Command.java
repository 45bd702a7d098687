package org.lmconv.jobs;

import java.io.IOException;
import java.io.PrintStream;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;

/** What a command word does. */
@FunctionalInterface
public interface Command {
  /**
   * Runs to the end.
   *
   * @param config validated; keys that the command does not read have their defaults or what the
   *     configuration file says
   * @param out for what the user asked to see
   * @throws UserError if the caller is at fault
   * @throws IOException if a file system fails
   */
  void run(JobConfig config, PrintStream out) throws IOException;
}
