package org.lmconv.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The words of a command line, before the configuration is read. */
@Command(
    name = "lmconv",
    customSynopsis = "lmconv [COMMAND] [--config FILE] [key=value ...]",
    description = "Locally masked convolutions: density models of images, in any pixel order.",
    sortOptions = false)
final class Arguments {
  @Option(names = "--config", paramLabel = "FILE", description = "HOCON file; key=value words win.")
  Path config;

  @Option(
      names = {"-h", "--help"},
      description = "This help, or that of a command.")
  boolean help;

  @Option(names = "--version", description = "Version and commit of the code.")
  boolean version;

  @Parameters(hidden = true)
  List<String> words = new ArrayList<>();
}
