package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs bin/lmconv with the jar that was built, as users do. */
class CommandLineIT {
  private static final Path HOME =
      Path.of(System.getProperty("lmconv.home")).toAbsolutePath().normalize();

  /** What a command left behind. */
  private record Result(int code, String out, String err) {}

  @TempDir private Path folder;

  @Test
  void printsHelpAndNothingElse() throws Exception {
    Result result = lmconv("--help");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("[COMMAND] [--config FILE] [key=value ...]")
        .contains("config");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void runsFromAnyFolderThroughASymbolicLinkWithSpaces() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("my tools"));
    Path link = Files.createSymbolicLink(bin.resolve("lm conv"), HOME.resolve("bin/lmconv"));
    Files.writeString(folder.resolve("my run.conf"), "train.rounds = 7");
    Result result = run(link, "config", "--config", "my run.conf", "data=a folder/*");
    Files.delete(link); // JUnit warns of links that lead out of its folder
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("train.rounds = 7\n").contains("data = \"a folder/*\"\n");
  }

  @Test
  void tellsTheCallersFaultsInOneLine() throws Exception {
    assertFault("command confg is unknown; did you mean config? ", "confg");
    assertFault(
        "key train.ronds is unknown; did you mean train.rounds?", "config", "train.ronds=3");
    assertFault("train.rounds=0: must be at least 1", "config", "train.rounds=0");
    assertFault(
        "--config no.conf: there is no such readable file", "config", "--config", "no.conf");
    Files.writeString(folder.resolve("bad.conf"), "seed = 1\ntrain {\n");
    assertFault("configuration (bad.conf, line ", "config", "--config", "bad.conf");
  }

  private void assertFault(String start, String... words) throws Exception {
    Result result = lmconv(words);
    assertThat(result.err()).startsWith("lmconv: " + start).endsWith("\n").hasLineCount(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(2);
  }

  private Result lmconv(String... words) throws Exception {
    return run(HOME.resolve("bin/lmconv"), words);
  }

  private Result run(Path program, String... words) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(words)).toList())
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // The embedded Spark, whatever this machine has, and no settings of whoever runs the test.
    List.of(
            "SPARK_HOME",
            "SPARK_CONF_DIR",
            "LMCONV_SUBMIT_OPTS",
            "LMCONV_DEBUG",
            "LOG4J_CONFIGURATION_FILE")
        .forEach(builder.environment()::remove);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
