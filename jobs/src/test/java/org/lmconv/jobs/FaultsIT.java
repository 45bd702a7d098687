package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;
import org.lmconv.jobs.conf.Masks;
import org.lmconv.jobs.data.TableFiles;
import org.lmconv.jobs.ingest.IdxBytes;
import org.lmconv.model.ImageShape;

/** Faults of the caller through bin/lmconv: one line each, and nothing half-written. */
class FaultsIT {
  private static final String QUICK_START = "--driver-java-options -XX:TieredStopAtLevel=1";
  private static final ImageShape WIDE = new ImageShape(1, 2, 3);

  @TempDir private Path folder;

  private Launcher launcher() {
    return new Launcher(folder).with("LMCONV_SUBMIT_OPTS", QUICK_START);
  }

  private void trainRefuses(String message, String... words) throws Exception {
    trainRefuses(launcher(), message, words);
  }

  private void trainRefuses(Launcher launcher, String message, String... words) throws Exception {
    launcher.refuses(message, train(words));
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private static String[] train(String... words) {
    return Stream.concat(
            Stream.of("train", "run=run", "model.filters=3", "train.batch-size=1"),
            Stream.of(words))
        .toArray(String[]::new);
  }

  @Test
  void filesToIngestThatAreCutOff() throws Exception {
    Path source = IdxBytes.mnist(Files.createDirectory(folder.resolve("idx")), "-", "");
    byte[] whole = IdxBytes.images(3, 2, 3);
    IdxBytes.write(
        source.resolve("t10k-images-idx3-ubyte"), Arrays.copyOf(whole, whole.length - 1));
    launcher()
        .refuses(
            "t10k-images-idx3-ubyte is cut off after 2 of its 3 items; fetch it again",
            "ingest",
            "source=mnist",
            "path=idx",
            "data=table");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("idx", "out.txt", "err.txt");
    }
  }

  @Test
  void tablesThatAreNone() throws Exception {
    trainRefuses("data=nowhere does not exist; name an images table", "data=nowhere");
    Path table = Files.createDirectory(folder.resolve("table"));
    Files.writeString(table.resolve("part-0.parquet"), "no Parquet at all");
    trainRefuses("data=table cannot be read as Parquet; make an images table", "data=table");
  }

  @Test
  void imagesOfMixedShapes() throws Exception {
    TableFiles.write(folder.resolve("mixed"), 2, WIDE, new ImageShape(1, 3, 2));
    trainRefuses("data=mixed has images of mixed shapes: ", "data=mixed");
  }

  @Test
  void ordersThatDoNotFitTheImages() throws Exception {
    trainRefuses(
        "orders=[hilbert/0]: order hilbert needs a square grid whose side is a power of two,"
            + " got 28x28; use gilbert",
        "orders=hilbert/0");
    TableFiles.write(folder.resolve("wide"), 2, WIDE);
    trainRefuses(
        "orders=[s_curve/4]: variant 4 of order s_curve/0 transposes, which needs a square grid,"
            + " got 2x3; use 0 to 3",
        "data=wide",
        "orders=s_curve/4");
  }

  @Test
  void workersAndGpusThatAreNotThere() throws Exception {
    trainRefuses(
        launcher().with("LMCONV_SUBMIT_OPTS", QUICK_START + " --master local[1]"),
        "train.workers=2, but spark.master=local[1] runs 1 at once; use --master local[2] or"
            + " train.workers=1");
    // The natives beside the jar are the CPU's, whatever this machine has.
    trainRefuses("device=gpu, but libtorch sees no GPU", "device=gpu");
  }

  @Test
  void runsAndCheckpointsThatAreNotWhatTheyShouldBe() throws Exception {
    TableFiles.write(folder.resolve("wide"), 4, WIDE);
    String[] words = {"data=wide", "orders=raster/0", "train.rounds=2", "train.warmup-images=0"};
    assertThat(launcher().run(train(words)).code()).isZero();
    Path run = folder.resolve("run");
    String config = Files.readString(run.resolve("config.conf"));

    launcher()
        .refuses(
            "/run was started with seed=1, now 2; go on with the same, or name another run=DIR",
            train(Stream.concat(Stream.of(words), Stream.of("seed=2")).toArray(String[]::new)));
    assertThat(run.resolve("config.conf")).hasContent(config);
    holes();
    regions();
    notFinite(words);
    damaged(run.resolve("checkpoints/round=000002"));
  }

  private void holes() throws Exception {
    String[] complete = {"complete", "run=run", "out=drawn"};
    refuses(complete, "region=all leaves nothing to complete from; name the hole, such as region=");
    refuses(
        complete,
        "region=0:3,0:1: region 0:3,0:1 does not fit a 2x3 grid; need r0 < r1 <= 2 and c0 < c1 <="
            + " 3",
        "region=0:3,0:1");
    Files.writeString(folder.resolve("file"), "no folder");
    Result unwritable = launcher().run("sample", "run=run", "out=file/drawn");
    assertThat(unwritable.err())
        .startsWith("lmconv: file/drawn cannot be written to: ")
        .hasLineCount(1);
    assertThat(unwritable.code()).isEqualTo(2);
    Files.createDirectory(folder.resolve("masks"));
    refuses(complete, "region=masks/ holds no PNG; put a mask IMAGE_ID.png there", "region=masks/");
    Masks.write(folder.resolve("masks/0.png"), "##", "##");
    refuses(complete, "region=masks/ has 1 masks, but 1 of them are of no image", "region=masks/");
    assertThat(folder.resolve("drawn")).doesNotExist();
  }

  private void refuses(String[] command, String message, String... words) throws Exception {
    launcher()
        .refuses(
            message, Stream.concat(Stream.of(command), Stream.of(words)).toArray(String[]::new));
  }

  private void regions() throws Exception {
    launcher()
        .refuses(
            "region=left: order raster/0 does not visit it last; write raster/0+left, or leave it"
                + " out",
            "nll",
            "run=run",
            "region=left",
            "out=scores");
    Masks.write(folder.resolve("tall.png"), "##", "##", "##");
    launcher()
        .refuses(
            "region=tall.png: mask tall.png is 3x2, but the images are 2x3; draw it in their size",
            "nll",
            "run=run",
            "region=tall.png",
            "out=scores");
    assertThat(folder.resolve("scores")).doesNotExist();
    assertThat(folder.resolve("scores_summary")).doesNotExist();
  }

  private void notFinite(String... words) throws Exception {
    List<String> more =
        List.of("train.rounds=9", "train.learning-rate=1e38", "train.decay-share=0");
    Result result =
        launcher()
            .run(train(Stream.concat(Stream.of(words), more.stream()).toArray(String[]::new)));
    assertThat(result.err())
        .matches("lmconv: training stopped in round \\d, .*; checkpoints are as they were: .*\n");
    assertThat(result.out()).contains("going on with run ").doesNotContain("ensemble");
    assertThat(result.code()).isEqualTo(2);
    try (Stream<Path> checkpoints = Files.list(folder.resolve("run/checkpoints"))) {
      assertThat(checkpoints.map(path -> path.getFileName().toString()))
          .containsExactly("round=000002");
    }
  }

  private void damaged(Path checkpoint) throws Exception {
    Path nll = folder.resolve("scores");
    flipBitAmongValues(checkpoint);
    launcher().refuses(" has checksum ", "nll", "checkpoint=" + checkpoint, "out=" + nll);
    Files.delete(checkpoint.resolve("manifest.json"));
    launcher()
        .refuses(
            "has no manifest.json, so it is no checkpoint or was never finished; use another one",
            "nll",
            "checkpoint=" + checkpoint,
            "out=" + nll);
    assertThat(nll).doesNotExist();
  }

  private static void flipBitAmongValues(Path checkpoint) throws IOException {
    Path part = checkpoint.resolve("part-00000-parameter.parquet");
    Files.delete(checkpoint.resolve(".part-00000-parameter.parquet.crc"));
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 3] ^= 1; // the values come first, what Parquet says of them last
    Files.write(part, bytes);
  }
}
