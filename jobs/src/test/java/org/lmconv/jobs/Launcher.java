package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Launches bin/lmconv with the jar that was built, as users do, one process at a time. */
final class Launcher implements Terminal {
  static final Path HOME = Path.of(System.getProperty("lmconv.home")).toAbsolutePath().normalize();

  /** The embedded Spark, whatever this machine has, and no settings of whoever runs the test. */
  private static final List<String> UNSET =
      List.of(
          "SPARK_HOME",
          "SPARK_CONF_DIR",
          "LMCONV_SUBMIT_OPTS",
          "LMCONV_DEBUG",
          "LOG4J_CONFIGURATION_FILE");

  /** Longer than any command of a test takes on a machine with much else to do. */
  private static final int SECONDS = 180;

  private final Path folder;
  private Path at;
  private final Map<String, String> variables = new HashMap<>();

  /**
   * @param folder to run in; what is printed goes to files there
   */
  Launcher(Path folder) {
    this.folder = folder;
    this.at = folder;
  }

  /** Starts programs in another folder. */
  Launcher at(Path other) {
    at = other;
    return this;
  }

  /** Sets an environment variable. */
  Launcher with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** Starts bin/lmconv. */
  Process start(String... words) throws IOException {
    return start(HOME.resolve("bin/lmconv"), words);
  }

  private Process start(Path program, String... words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(words)).toList())
            .directory(at.toFile())
            .redirectOutput(out().toFile())
            .redirectError(err().toFile());
    UNSET.forEach(builder.environment()::remove);
    builder.environment().putAll(variables);
    return builder.start();
  }

  private Path out() {
    return folder.resolve("out.txt");
  }

  private Path err() {
    return folder.resolve("err.txt");
  }

  @Override
  public Result run(String... words) throws IOException, InterruptedException {
    return run(HOME.resolve("bin/lmconv"), words);
  }

  /** Runs a program, such as a link to bin/lmconv, to its end. */
  Result run(Path program, String... words) throws IOException, InterruptedException {
    Process process = start(program, words);
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out()), Files.readString(err()));
  }
}
