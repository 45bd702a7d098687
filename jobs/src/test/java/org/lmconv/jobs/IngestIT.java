package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Terminal.Result;
import org.lmconv.jobs.ingest.CelebaBytes;
import org.lmconv.jobs.ingest.CifarBytes;
import org.lmconv.jobs.ingest.PictureFiles;

/** Sources through bin/lmconv ingest: what is damaged is told in one line and leaves nothing. */
class IngestIT {
  @TempDir private Path folder;

  @Test
  void anArchiveThatIsCutOff() throws Exception {
    byte[] whole = CifarBytes.archive(CifarBytes.folder(folder.resolve("in")));
    Files.write(folder.resolve("cifar.tar.gz"), Arrays.copyOf(whole, whole.length / 2));
    refuses(
        "cifar.tar.gz: its end is missing; mend or remove it, or use ingest.on-error=skip",
        "source=cifar10",
        "path=cifar.tar.gz");
    hasOnly("in", "cifar.tar.gz");
  }

  @Test
  void aFileOfAnotherFormat() throws Exception {
    Path train = CelebaBytes.folder(folder.resolve("celebahq-tfr")).resolve("train");
    assertThat(ingest("source=celebahq", "path=celebahq-tfr", "data=whole").out())
        .startsWith("celebahq: 5 train and 1 validation images, 8x8x3; written to whole\n");
    Files.writeString(train.resolve("train-r03-s-0001-of-0002.tfrecords"), "no TFRecords at all");
    refuses(
        "train-r03-s-0001-of-0002.tfrecords: it is no file of TFRecords, or its first bytes are"
            + " damaged; mend",
        "source=celebahq",
        "path=celebahq-tfr");
    hasOnly("celebahq-tfr", "whole");
  }

  @Test
  void aJpegCutInHalfAmongGoodOnes() throws Exception {
    Path pictures = pictures();
    refuses("cut.jpg: its end is missing; mend or remove it", "source=images", "path=pictures");
    hasOnly("pictures");
    Files.writeString(pictures.resolve("text.png"), "no picture", StandardCharsets.UTF_8);
    Result result = ingest("source=images", "path=pictures", "data=table", "ingest.on-error=skip");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("images, 256x256x3; written to table\n")
        .endsWith(
            "2 files at fault (1: it is no PNG, JPEG or BMP file; 1: its end is missing); they are"
                + " listed in table_errors\n");
    hasOnly("pictures", "table", "table_errors");
  }

  @Test
  void aPlaceThatCannotBeWritten() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc"))); // where even root writes nothing
    pictures();
    launcher()
        .refuses(
            "cannot ingest path=pictures to data=/proc/table: ",
            "ingest",
            "source=images",
            "path=pictures",
            "data=/proc/table");
    hasOnly("pictures");
  }

  @Test
  void aKilledCommandLeavesNoTableAndTheNextOneMakesIt() throws Exception {
    Files.delete(pictures().resolve("cut.jpg"));
    String[] words = {"source=images", "path=pictures", "data=table"};
    Process process = launcher().start(command(words));
    while (!isStaged() && process.isAlive()) {
      Thread.sleep(20);
    }
    process.destroyForcibly().waitFor();
    assertThat(folder.resolve("table")).doesNotExist();
    assertThat(ingest(words).out()).contains("images, 256x256x3; written to table\n");
  }

  private boolean isStaged() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".partial"));
    }
  }

  /** Twelve good pictures and half of one. */
  private Path pictures() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    byte[] jpeg = PictureFiles.colours(256, 256, 5, "jpeg");
    for (int i = 0; i < 12; i++) {
      Files.write(pictures.resolve(i + ".jpg"), jpeg);
    }
    Files.write(pictures.resolve("cut.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
    return pictures;
  }

  private Launcher launcher() {
    return new Launcher(folder)
        .with("LMCONV_SUBMIT_OPTS", "--driver-java-options -XX:TieredStopAtLevel=1");
  }

  private Result ingest(String... words) throws Exception {
    return launcher().run(command(words));
  }

  private void refuses(String message, String... words) throws Exception {
    launcher().refuses(message, command(Stream.concat(Stream.of(words), Stream.of("data=table"))));
  }

  private static String[] command(String... words) {
    return command(Stream.of(words));
  }

  private static String[] command(Stream<String> words) {
    return Stream.concat(Stream.of("ingest"), words).toArray(String[]::new);
  }

  private void hasOnly(String... names) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(
              Stream.concat(Stream.of(names), Stream.of("out.txt", "err.txt"))
                  .toArray(String[]::new));
    }
  }
}
