package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.format.RecordFrame;

class CelebaTest {
  @TempDir private Path directory;
  private Path folder;
  private Path shard;
  private Path data;

  @BeforeEach
  void makeFiles() throws IOException {
    folder = CelebaBytes.folder(directory.resolve("celebahq-tfr"));
    shard = folder.resolve("train/train-r03-s-0001-of-0002.tfrecords");
    data = directory.resolve("out").resolve("celebahq");
  }

  /** From RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 0x8A9136AA. */
  @Test
  void checksumsAreMasked() {
    int crc = 0x8A9136AA;
    assertThat(RecordFrame.checksum(new byte[32], 32))
        .isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
  }

  @Test
  void makesATableOfAllShards() {
    assertThat(ingest(folder))
        .startsWith("celebahq: 5 train and 1 validation images, 8x8x3; written to " + data);
    List<Row> rows = Ingests.rows(data);
    assertThat(rows)
        .extracting(row -> row.<String>getAs("image_id"))
        .startsWith(
            "celebahq/train-r03-s-0000-of-0002/00000", "celebahq/train-r03-s-0000-of-0002/00001")
        .endsWith("celebahq/validation-r03-s-0000-of-0001/00000");
    Image last = Image.of(rows.get(4));
    assertThat(last.split()).isEqualTo("train");
    assertThat(last.label()).isEqualTo(4);
    assertThat(last.pixels()).hasSize(192).containsOnly(21);
  }

  @Test
  void takesTheSmallestImagesThatAreLargeEnough() throws IOException {
    for (Path split : List.of(folder.resolve("train"), folder.resolve("validation"))) {
      String name = "%s-r04-s-0000-of-0001.tfrecords".formatted(split.getFileName());
      Files.write(split.resolve(name), CelebaBytes.file(CelebaBytes.example(16, 99, true)));
    }
    assertThat(ingest(directory)).contains("originals of 16x16 pixels"); // above celebahq-tfr
    data = data.resolveSibling("small");
    assertThat(ingest(folder, "ingest.size=5x5"))
        .startsWith("celebahq: 5 train and 1 validation images, 5x5x3; ")
        .contains("originals of 8x8 pixels");
    assertThat(Image.of(Ingests.rows(data).get(0)).pixels()).hasSize(75).containsOnly(10);
  }

  @Test
  void refusesWhatIsMissing() throws IOException {
    Files.delete(shard);
    refuses(shard + ": it cannot be opened; mend or remove it, or use ingest.on-error=skip");
    Files.delete(folder.resolve("validation/validation-r03-s-0000-of-0001.tfrecords"));
    refuses(
        "path=%s lacks validation/validation-r08-s-0000-of-NNNN.tfrecords; name the folder of"
            .formatted(folder));
    folder = directory.resolve("nowhere");
    refuses("path=%s lacks train/train-r08-s-0000-of-NNNN.tfrecords; ".formatted(folder));
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    byte[] whole = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(whole, whole.length - 1));
    refuses("of-0002.tfrecords: it is cut off in record 1; mend");
    Files.write(shard, Arrays.copyOf(whole, 11));
    refuses("of-0002.tfrecords: it is cut off in record 0; mend");
    Files.write(shard, "this is no TFRecord".getBytes(StandardCharsets.US_ASCII));
    refuses("it is no file of TFRecords, or its first bytes are damaged; mend");
    byte[] flipped = whole.clone();
    flipped[100] ^= 1;
    Files.write(shard, flipped);
    refuses("record 0 is damaged: its checksum is wrong; mend");
    Files.write(shard, CelebaBytes.file("nothing".getBytes(StandardCharsets.US_ASCII)));
    refuses("record 0: it is no tf.train.Example; mend");
    Files.write(shard, CelebaBytes.file(CelebaBytes.example(new byte[5], true, 2, 2, 3)));
    refuses("record 0: it has 5 bytes of data for the shape [2, 2, 3]; mend");
    Files.write(shard, CelebaBytes.file(new byte[0]));
    refuses("record 0: it has 0 bytes of data for the shape []; mend");
  }

  @Test
  void skipsTheRestOfADamagedFile() throws IOException {
    byte[] whole = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(whole, whole.length - 1));
    assertThat(ingest(folder, "ingest.on-error=skip"))
        .startsWith("celebahq: 4 train and 1 validation images")
        .contains("1 files at fault (1: it is cut off in record 1)");
    assertThat(Ingests.rows(data + "_errors").get(0).getLong(2)).isEqualTo(1);
  }

  private String ingest(Path path, String... words) {
    return Ingests.run("celebahq", path, data, words);
  }

  private void refuses(String message) {
    Ingests.refuses(() -> ingest(folder), data, message);
  }
}
