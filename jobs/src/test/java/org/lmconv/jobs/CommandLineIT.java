package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;
import org.lmconv.jobs.ingest.PictureFiles;

/**
 * Every command once through bin/lmconv with the jar that was built, as users run them, and what
 * only processes can show. The rest of what commands do is tested without processes.
 */
class CommandLineIT {
  private static final String[] SETTINGS = {
    "model.filters=3",
    "train.rounds=8",
    "train.local-steps=1",
    "train.batch-size=2",
    "train.checkpoint-every=1",
    "train.keep-checkpoints=20",
    "train.ema-decay=0.5",
    "score.images=20",
    "orders=[s_curve/0, raster/3]"
  };
  private static final Pattern CRC = Pattern.compile("\"parameter_crc\" : (\\d+)");

  @TempDir private static Path folder;
  private static String trained;

  /** Short runs are over before compiling pays, that of queries and the better of the JVM's. */
  private static Launcher launcher() {
    return new Launcher(folder)
        .with(
            "LMCONV_SUBMIT_OPTS",
            "--driver-java-options -XX:TieredStopAtLevel=1"
                + " --conf spark.sql.codegen.wholeStage=false"
                + " --conf spark.sql.codegen.factoryMode=NO_CODEGEN");
  }

  private static String[] train(String run) {
    return Stream.concat(Stream.of("train", "run=" + run), Stream.of(SETTINGS))
        .toArray(String[]::new);
  }

  @BeforeAll
  static void trainThrough() throws Exception {
    trained = launcher().succeeds(train("through"));
  }

  @Test
  void trainTellsHowItGoesAndWhereTheResultsAre() throws Exception {
    Path run = folder.toRealPath().resolve("through");
    assertThat(trained)
        .startsWith("10000 images of digits, 28x28x1; 2 orders; ")
        .containsPattern("round 1/8  train \\d+\\.\\d\\d nats \\(\\d\\.\\d{4} bits/dim\\)")
        .contains("round 8/8  train ")
        .contains("Parquet tables are in " + run + ": rounds, nll, nll_summary, checkpoints")
        .endsWith("report: " + run.resolve("report.html") + "\n");
    // A heading and two orders and their ensemble; once more for the average of the parameters.
    assertThat(scores(trained)).hasSize(8);
    assertThat(scores(trained).get(3)).startsWith("  ensemble ");
  }

  /** The lines of the scores, from a heading to the ensemble. */
  static List<String> scores(String printed) {
    return printed
        .lines()
        .filter(line -> line.contains("20 images of digits") || line.contains(" ± "))
        .toList();
  }

  @Test
  void aRunThatIsKilledEndsAsIfItHadNotBeen() throws Exception {
    Process process = launcher().start(train("killed"));
    for (int i = 0; i < 18000 && !Files.exists(manifest("killed", 1)); i++) {
      Thread.sleep(10);
    }
    kill(process);
    assertThat(manifest("killed", 1)).exists();
    assertThat(manifest("killed", 8)).as("killed before the end").doesNotExist();

    String resumed = launcher().succeeds(train("killed"));
    assertThat(resumed)
        .contains("going on with run " + folder.toRealPath() + "/killed after round");
    assertThat(scores(resumed)).isEqualTo(scores(trained));
    assertThat(crc("killed", 8)).isEqualTo(crc("through", 8)).isNotEqualTo(crc("through", 1));
  }

  @Test
  void aRunThatIsStoppedSaysWhatIsSavedAndEndsInOrder() throws Exception {
    Process process = launcher().start(train("stopped"));
    for (int i = 0; i < 18000 && !Files.exists(manifest("stopped", 2)); i++) {
      Thread.sleep(10);
    }
    process.destroy(); // SIGTERM, in the middle of a round
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("err.txt")))
        .matches(
            "lmconv: stopped; round=\\d{6} is saved, and the same command goes on from there\n");
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).noneMatch(file -> file.getFileName().toString().startsWith("hs_err"));
    }
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("was running when it was killed").isNotZero();
  }

  private static Path manifest(String run, int round) {
    return folder.resolve(run).resolve("checkpoints/round=%06d/manifest.json".formatted(round));
  }

  private static String crc(String run, int round) throws IOException {
    Matcher crc = CRC.matcher(Files.readString(manifest(run, round)));
    assertThat(crc.find()).isTrue();
    return crc.group(1);
  }

  @Test
  void everyCommandOfARun() throws Exception {
    assertThat(scores(launcher().succeeds("nll", "run=through", "score.images=20")))
        .isEqualTo(scores(trained));
    assertThat(
            launcher()
                .succeeds("complete", "run=through", "region=bottom", "draw.images=1", "draws=1"))
        .contains("1 completions of 1 images, ");
    assertThat(launcher().succeeds("sample", "run=through", "count=1")).contains("1 images, ");
    assertThat(launcher().succeeds("report", "run=through", "out=report.html"))
        .endsWith("/report.html\n");
    assertThat(launcher().succeeds("plan", "run=through")).contains("train.local-steps");
    assertThat(launcher().succeeds("average", "run=through", "last=2", "to=mean"))
        .contains("the mean of round=000007, round=000008 of run ");
    assertThat(launcher().succeeds("export", "run=mean", "to=mean.safetensors"))
        .contains(" tensors (all ");
    assertThat(launcher().succeeds("import", "from=mean.safetensors", "run=back"))
        .contains("4,483 parameters in 60 tensors, all in their places\n");
  }

  @Test
  void anIngestThatIsKilledLeavesNoTableAndTheNextOneMakesIt() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    byte[] jpeg = PictureFiles.colours(256, 256, 5, "jpeg");
    for (int i = 0; i < 12; i++) {
      Files.write(pictures.resolve(i + ".jpg"), jpeg);
    }
    String[] words = {"ingest", "source=images", "path=pictures", "data=table"};
    Process process = launcher().start(words);
    while (!isStaged() && process.isAlive()) {
      Thread.sleep(5);
    }
    kill(process);
    assertThat(folder.resolve("table")).doesNotExist();
    assertThat(launcher().succeeds(words)).contains("images, 256x256x3; written to table\n");
  }

  private static boolean isStaged() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".partial"));
    }
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
  void faultsOfTheCallerAreToldInOneLine() throws Exception {
    launcher().refuses("lmconv: command confg is unknown; did you mean config? ", "confg");
    // Before there is a JVM.
    launcher()
        .with("JAVA_HOME", "/nowhere")
        .refuses("there is no /nowhere/bin/java: set JAVA_HOME to a JDK, 17 or newer", "config");
    launcher()
        .with("SPARK_HOME", "/nowhere")
        .refuses("SPARK_HOME=/nowhere holds no Spark: correct it, or unset it", "config");
    launcher().refuses("it is cluster start, cluster stop or cluster status", "cluster", "stat");
  }

  /** The program in jobs/examples, run by the command that it says. */
  @Test
  void aProgramScoresImages() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String run = folder.resolve("through").toString();
    Result scored =
        new Launcher(folder)
            .at(Launcher.HOME)
            .run(java, "@jobs/examples/java.options", "jobs/examples/ScoreImages.java", run);
    assertThat(scored.err()).isEmpty();
    assertThat(scored.code()).isZero();
    // Digits 0 to 9, 200 in all.
    assertThat(Arrays.stream(scored.out().split("\n")))
        .filteredOn(line -> line.matches("\\|\\d .*mnist/test/.*"))
        .hasSize(10);
  }
}
