package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;

/** Runs bin/lmconv with the jar that was built, as users do. */
class CommandLineIT {
  @TempDir private Path folder;

  @Test
  void printsHelpAndNothingElse() throws Exception {
    Result result = launcher().run("--help");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("[COMMAND] [--config FILE] [key=value ...]")
        .contains("config");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void runsFromAnyFolderThroughASymbolicLinkWithSpaces() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("my tools"));
    Path link =
        Files.createSymbolicLink(bin.resolve("lm conv"), Launcher.HOME.resolve("bin/lmconv"));
    Files.writeString(folder.resolve("my run.conf"), "train.rounds = 7");
    Result result = launcher().run(link, "config", "--config", "my run.conf", "data=a folder/*");
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
    launcher().refuses("lmconv: " + start, words);
  }

  private Launcher launcher() {
    return new Launcher(folder);
  }
}
