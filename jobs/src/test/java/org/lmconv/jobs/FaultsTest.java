package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;
import org.lmconv.jobs.conf.Masks;
import org.lmconv.jobs.data.TableFiles;
import org.lmconv.jobs.format.GoldenPth;
import org.lmconv.jobs.ingest.IdxBytes;
import org.lmconv.model.ImageShape;

/** Faults of the caller, as whole commands tell them: one line each, and nothing half-written. */
class FaultsTest {
  private static final ImageShape WIDE = new ImageShape(1, 2, 3);

  @TempDir private Path folder;

  private InProcess terminal() {
    return new InProcess(folder);
  }

  private static String[] words(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  private static String[] train(String... words) {
    return words(new String[] {"train", "run=run", "model.filters=3", "train.batch-size=1"}, words);
  }

  private void trainRefuses(String message, String... words) throws Exception {
    terminal().refuses(message, train(words));
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void filesToIngestThatAreCutOff() throws Exception {
    Path source = IdxBytes.mnist(Files.createDirectory(folder.resolve("idx")), "-", "");
    byte[] whole = IdxBytes.images(3, 2, 3);
    IdxBytes.write(
        source.resolve("t10k-images-idx3-ubyte"), Arrays.copyOf(whole, whole.length - 1));
    terminal()
        .refuses(
            "t10k-images-idx3-ubyte is cut off after 2 of its 3 items; fetch it again",
            "ingest",
            "source=mnist",
            "path=idx",
            "data=table");
    hasOnly("idx");
  }

  @Test
  void placesThatCannotBeWritten() throws Exception {
    IdxBytes.mnist(Files.createDirectory(folder.resolve("idx")), "-", "");
    GoldenPth.copy("network_a", folder);
    terminal().succeeds("import", "from=network_a.pth", "run=imported");
    // Not a folder without permissions, for those do not stop root.
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "there is no /proc to write to");
    terminal()
        .refuses(
            "cannot ingest path=idx to data=/proc/table: ",
            "ingest",
            "source=mnist",
            "path=idx",
            "data=/proc/table");
    terminal()
        .refuses(
            "run=/proc/run cannot be written: ", "import", "from=network_a.pth", "run=/proc/run");
    terminal()
        .refuses(
            "to=/proc/lmconv.safetensors cannot be written: ",
            "export",
            "run=imported",
            "to=/proc/lmconv.safetensors");
    hasOnly("idx", "network_a.pth", "imported");
  }

  private void hasOnly(String... names) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void tablesThatAreNone() throws Exception {
    trainRefuses("data=nowhere does not exist; name an images table", "data=nowhere");
    Path table = Files.createDirectory(folder.resolve("table"));
    Files.writeString(table.resolve("part-0.parquet"), "no Parquet at all");
    trainRefuses("data=table cannot be read as Parquet; make an images table", "data=table");
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
    terminal()
        .with("spark.master", "local[1]")
        .refuses(
            "train.workers=2, but spark.master=local[1] runs 1 at once; use --master local[2] or"
                + " train.workers=1",
            train());
    // The natives of the tests are the CPU's, whatever this machine has.
    trainRefuses("device=gpu, but libtorch sees no GPU", "device=gpu");
  }

  @Test
  void runsThatAreNotWhatTheyShouldBe() throws Exception {
    TableFiles.write(folder.resolve("wide"), 4, WIDE);
    String[] small =
        train("data=wide", "orders=raster/0", "train.rounds=2", "train.warmup-images=0");
    terminal().succeeds(small);
    Path run = folder.resolve("run");
    String config = Files.readString(run.resolve("config.conf"));
    terminal()
        .refuses(
            "/run was started with seed=1, now 2; go on with the same, or name another run=DIR",
            words(small, "seed=2"));
    assertThat(run.resolve("config.conf")).hasContent(config);
    holes();
    regions();
    notFinite(small);
    damaged(run.resolve("checkpoints/round=000002"));
  }

  private void holes() throws Exception {
    String[] complete = {"complete", "run=run", "out=drawn"};
    terminal()
        .refuses(
            "region=all leaves nothing to complete from; name the hole, such as region=", complete);
    terminal()
        .refuses(
            "region=0:3,0:1: region 0:3,0:1 does not fit a 2x3 grid; need r0 < r1 <= 2 and c0 < c1"
                + " <= 3",
            words(complete, "region=0:3,0:1"));
    Files.createDirectory(folder.resolve("masks"));
    String[] masked = words(complete, "region=masks/");
    terminal().refuses("region=masks/ holds no PNG; put a mask IMAGE_ID.png there", masked);
    Masks.write(folder.resolve("masks/0.png"), "##", "##");
    terminal().refuses("region=masks/ has 1 masks, but 1 of them are of no image", masked);
    assertThat(folder.resolve("drawn")).doesNotExist();

    Files.writeString(folder.resolve("file"), "no folder");
    Result unwritable = terminal().run("sample", "run=run", "out=file/drawn");
    assertThat(unwritable.err())
        .startsWith("lmconv: file/drawn cannot be written to: ")
        .hasLineCount(1);
    assertThat(unwritable.code()).isEqualTo(2);
  }

  private void regions() throws Exception {
    String[] nll = {"nll", "run=run", "out=scores"};
    terminal()
        .refuses(
            "region=left: order raster/0 does not visit it last; write raster/0+left, or leave it"
                + " out",
            words(nll, "region=left"));
    Path tall = folder.resolve("tall.png");
    Masks.write(tall, "##", "##", "##");
    terminal()
        .refuses(
            "tall.png is 3x2, but the images are 2x3; draw it in their size",
            words(nll, "region=" + tall));
    assertThat(folder.resolve("scores")).doesNotExist();
    assertThat(folder.resolve("scores_summary")).doesNotExist();
  }

  private void notFinite(String... small) throws Exception {
    Result result =
        terminal()
            .run(words(small, "train.rounds=9", "train.learning-rate=1e38", "train.decay-share=0"));
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
    String[] nll = {"nll", "checkpoint=" + checkpoint, "out=scores"};
    flipBitAmongValues(checkpoint);
    terminal().refuses(" has checksum ", nll);
    Files.delete(checkpoint.resolve("manifest.json"));
    terminal()
        .refuses(
            "has no manifest.json, so it is no checkpoint or was never finished; use another one",
            nll);
    assertThat(folder.resolve("scores")).doesNotExist();
  }

  private static void flipBitAmongValues(Path checkpoint) throws IOException {
    Path part = checkpoint.resolve("part-00000-parameter.parquet");
    Files.delete(checkpoint.resolve(".part-00000-parameter.parquet.crc"));
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 3] ^= 1; // the values come first, what Parquet says of them last
    Files.write(part, bytes);
  }
}
