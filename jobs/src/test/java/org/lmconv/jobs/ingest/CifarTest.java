package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImagesTable;

class CifarTest {
  @TempDir private Path directory;
  private Path folder;
  private Path data;

  @BeforeEach
  void makeFiles() throws IOException {
    folder = CifarBytes.folder(directory.resolve("in").resolve("cifar-10-batches-bin"));
    data = directory.resolve("out").resolve("cifar10");
  }

  @Test
  void makesATableOfTheBatches() {
    assertThat(ingest(folder))
        .startsWith("cifar10: 8 train and 3 test images, 32x32x3; written to " + data)
        .contains("originals of 32x32 pixels, 33.8 kB read, ")
        .hasLineCount(2);

    List<Row> rows = Ingests.rows(data);
    assertThat(rows).hasSize(11);
    assertThat(rows.get(0).schema()).isEqualTo(ImagesTable.schema());
    Image image = Image.of(rows.get(6));
    assertThat(image.id()).isEqualTo("cifar10/data_batch_2/00002");
    assertThat(image.split()).isEqualTo("train");
    assertThat(image.label()).isEqualTo(2);
    assertThat(Arrays.copyOf(image.pixels(), 6)).containsExactly(52, 100, 0, 52, 100, 1);
    assertThat(image.pixels()).endsWith(52, 100, 31);
    assertThat(Image.of(rows.get(10)).id()).isEqualTo("cifar10/test_batch/00002");
    assertThat(Image.of(rows.get(10)).split()).isEqualTo("test");
  }

  @Test
  void theArchiveAndWhatItUnpacksToGiveTheSameTable() throws IOException {
    ingest(folder.getParent());
    List<Row> ofFolder = Ingests.rows(data);
    Path archive = directory.resolve("cifar-10-binary.tar.gz");
    Files.write(archive, CifarBytes.archive(folder));
    for (Path path : List.of(archive, directory)) {
      data = directory.resolve("of-" + path.getFileName());
      ingest(path);
      assertThat(Ingests.rows(data)).usingRecursiveComparison().isEqualTo(ofFolder);
    }
  }

  @Test
  void bringsImagesToASizeAndToGrey() {
    ingest(folder, "ingest.size=16x16", "ingest.channels=1");
    Row row = Ingests.rows(data).get(0);
    assertThat(row.<Integer>getAs("height")).isEqualTo(16);
    assertThat(row.<Integer>getAs("channels")).isEqualTo(1);
    byte[] pixels = row.getAs("pixels");
    assertThat(pixels).hasSize(256);
    // 0.587 × 100 + 0.114 × 15, around which the middle columns are.
    assertThat(pixels[8]).isBetween((byte) 59, (byte) 62);
  }

  @Test
  void refusesFilesThatAreNotThere() throws IOException {
    Path nowhere = directory.resolve("nowhere");
    refuses(nowhere, "path=" + nowhere + " does not exist; name the folder of CIFAR-10's ");
    Files.delete(folder.resolve("test_batch.bin"));
    refuses(folder, "path=" + folder + " lacks test_batch.bin; put it there");
    Path empty = Files.createDirectory(directory.resolve("empty"));
    refuses(
        empty, "path=" + empty + " has no data_batch_*.bin and 0 tar.gz files; name the one of");
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    Path batch = folder.resolve("data_batch_2.bin");
    byte[] whole = Files.readAllBytes(batch);
    Files.write(batch, Arrays.copyOf(whole, whole.length - 1));
    refuses(
        folder,
        "data_batch_2.bin: data_batch_2 is cut off in image 3, of which 3072 of 3073 bytes are"
            + " there; mend or remove it, or use ingest.on-error=skip");
    Files.write(batch, new byte[] {77});
    refuses(folder, "data_batch_2 is cut off in image 0, of which 1 of 3073 bytes are there");
    whole[3073] = 77;
    Files.write(batch, whole);
    refuses(folder, "image 1 of data_batch_2 has label 77, but CIFAR-10 has 0 to 9; is it another");
  }

  @Test
  void refusesDamagedArchives() throws IOException {
    byte[] whole = CifarBytes.archive(folder);
    Path archive = directory.resolve("cifar.tar.gz");
    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
    refuses(archive, "cifar.tar.gz: its end is missing; mend or remove it");
    Files.write(archive, "no archive at all".getBytes());
    refuses(archive, "cifar.tar.gz: it is no whole gzip file; mend or remove it");
    Files.write(archive, CifarBytes.archive(Files.createDirectory(directory.resolve("empty"))));
    refuses(archive, "cifar.tar.gz: it holds no data_batch_*.bin of CIFAR-10; mend or remove it");
  }

  @Test
  void skipsWhatIsDamagedAndListsIt() throws IOException {
    Path batch = folder.resolve("data_batch_2.bin");
    Files.write(batch, Arrays.copyOf(Files.readAllBytes(batch), 3 * 3073 + 5));
    String reason = "data_batch_2 is cut off in image 3, of which 5 of 3073 bytes are there";
    assertThat(ingest(folder, "ingest.on-error=skip"))
        .startsWith("cifar10: 7 train and 3 test images")
        .endsWith(
            "1 files at fault (1: %s); they are listed in %s_errors%n".formatted(reason, data));
    assertThat(Ingests.rows(data)).hasSize(10);
    List<Row> errors = Ingests.rows(data + "_errors");
    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).getString(0)).endsWith("/data_batch_2.bin");
    assertThat(errors.get(0).getString(1)).isEqualTo(reason);
    assertThat(errors.get(0).getLong(2)).isEqualTo(3);
  }

  @Test
  void removesWhatAKilledCommandLeft() throws IOException {
    Path left = data.resolveSibling(".cifar10.0815.partial");
    Path images = Files.createDirectories(left.resolve("images"));
    ingest(folder);
    assertThat(left).exists(); // it may be one that runs
    Files.setLastModifiedTime(images, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    try (Stream<Path> files = Files.list(data)) {
      files.forEach(file -> file.toFile().delete());
    }
    Files.delete(data);
    ingest(folder);
    assertThat(left).doesNotExist();
    try (Stream<Path> out = Files.list(data.getParent())) {
      assertThat(out).containsExactly(data);
    }
  }

  private String ingest(Path path, String... words) {
    return Ingests.run("cifar10", path, data, words);
  }

  private void refuses(Path path, String message) {
    Ingests.refuses(() -> ingest(path), data, message);
  }
}
