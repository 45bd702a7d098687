package org.lmconv.jobs;

import java.io.PrintStream;
import java.util.List;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.KeySet;
import org.lmconv.orders.Spelling;

/** The commands, in the order in which help lists them. */
record Commands(List<CommandEntry> entries) {
  /** The command meant when the first word is none. */
  static final String DEFAULT = "train";

  /** All commands of this release. */
  static final Commands ALL =
      new Commands(
          List.of(
              new CommandEntry(
                  "config", "print the configuration and stop", KeySet.ALL, Commands::config)));

  /**
   * The command of this name.
   *
   * @throws UserError if there is none; the message names the nearest
   */
  CommandEntry find(String name) {
    return entries.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private UserError unknown(String name) {
    List<String> names = entries.stream().map(CommandEntry::name).toList();
    return new UserError(
        "command %s is unknown; did you mean %s? Commands are %s"
            .formatted(name, Spelling.nearest(name, names), String.join(", ", names)));
  }

  private static void config(JobConfig config, PrintStream out) {
    out.print(config.commentedText(KeySet.ALL));
  }
}
