package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.IngestKeys;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.model.ImageShape;

class FolderTest {
  private static final CountDownLatch BEGUN = new CountDownLatch(1);
  private static final CountDownLatch ENDED = new CountDownLatch(1);

  @TempDir private Path directory;
  private Path folder;
  private Path data;

  @BeforeEach
  void makeFiles() throws IOException {
    folder = Files.createDirectory(directory.resolve("pictures"));
    data = directory.resolve("out").resolve("table");
    write("b.png", PictureFiles.colours(4, 4, 1, "png"));
    write("deep/er/a b%20ü.PNG", PictureFiles.colours(4, 4, 2, "png"));
    write("c.bmp", PictureFiles.colours(4, 4, 3, "bmp"));
    write("notes.txt", "no picture".getBytes(StandardCharsets.UTF_8));
    write(".hidden.png", new byte[3]);
  }

  @Test
  void makesATableOfAllPicturesBelow() {
    assertThat(ingest("ingest.test-share=0"))
        .startsWith("images: 3 train images, 4x4x3; written to " + data)
        .contains("originals of 4x4 pixels, ")
        .endsWith("2 other files were passed over\n")
        .hasLineCount(3);
    List<Row> rows = Ingests.rows(data);
    assertThat(rows)
        .extracting(row -> row.getAs("image_id"))
        .containsExactly("b.png", "c.bmp", "deep/er/a b%20ü.PNG");
    assertThat(rows)
        .extracting(row -> (int) row.<byte[]>getAs("pixels")[2])
        .containsExactly(8, 24, 16);
    assertThat(rows.get(0).<Object>getAs("label")).isNull();
    assertThat(ImagesTable.open(TestSpark.session(), data.toString()).shape())
        .isEqualTo(new ImageShape(3, 4, 4));
  }

  @Test
  void givesTheSameRowsAgain() {
    ingest();
    List<Row> first = Ingests.rows(data);
    data = data.resolveSibling("again");
    ingest();
    assertThat(Ingests.rows(data)).usingRecursiveComparison().isEqualTo(first);
  }

  @Test
  void bringsPicturesToOneSize() throws IOException {
    write("wide.jpg", PictureFiles.oriented(PictureFiles.colours(20, 40, 5, "jpeg"), 6));
    assertThat(ingest("ingest.size=8x8", "ingest.channels=1"))
        .contains("images, 8x8x1; written to ", "originals of 4x4 to 40x20 pixels, ");
    assertThat(Ingests.rows(data)).hasSize(4);
  }

  @Test
  void refusesMixedShapes() throws IOException {
    write("wide.png", PictureFiles.colours(2, 5, 1, "png"));
    refuses("images are of mixed shapes: ", "give them all one with ingest.size, such as 32x32");
    write(
        "wide.png",
        PictureFiles.encode(PictureFiles.image(4, 4, 10, (row, column) -> 0), "png")); // grey
    refuses("images are of mixed shapes: ", "wide.png is 4x4x1", "with ingest.channels=1 or 3");
  }

  @Test
  void refusesAFileThatIsDamaged() throws IOException {
    byte[] jpeg = PictureFiles.colours(64, 64, 5, "jpeg");
    write("cut.jpg", Arrays.copyOf(jpeg, jpeg.length - 20));
    refuses("cut.jpg: its end is missing; mend or remove it, or use ingest.on-error=skip");
  }

  @Test
  void comesBackWhenTheLastTaskHasEnded() throws IOException {
    try (Staging staging = new Staging(data.toString(), new Configuration())) {
      IngestJob job =
          new IngestJob(
              TestSpark.session(),
              Ingests.config("source=images").as(IngestKeys.class).ingest(),
              staging);
      assertThatThrownBy(() -> job.write(List.of("slow", "at fault"), FolderTest::piece))
          .hasStackTraceContaining("at fault: it is bad; mend");
    }
    assertThat(ENDED.getCount()).isZero();
  }

  /** The slow piece does not see that it is not wanted any more. */
  private static void piece(String piece, PartWriter to) throws InterruptedException, IOException {
    if (piece.equals("at fault")) {
      BEGUN.await();
      to.reading(
          piece,
          () -> {
            throw new BadFileException("it is bad");
          });
    }
    BEGUN.countDown();
    long end = System.nanoTime() + 500_000_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    ENDED.countDown();
  }

  @Test
  void skipsAndListsFilesThatAreDamaged() throws IOException {
    byte[] jpeg = PictureFiles.colours(64, 64, 5, "jpeg");
    write("cut.jpg", Arrays.copyOf(jpeg, jpeg.length - 20));
    write("text.png", "no picture".getBytes(StandardCharsets.UTF_8));
    write("empty.bmp", new byte[0]);
    assertThat(ingest("ingest.on-error=skip"))
        .endsWith(
            "3 files at fault (2: it is no PNG, JPEG or BMP file; 1: its end is missing); they are"
                + " listed in %s_errors\n".formatted(data));
    assertThat(Ingests.rows(data)).hasSize(3);
    List<Row> errors = Ingests.rows(data + "_errors");
    assertThat(errors.get(0).schema().fieldNames()).containsExactly("file", "reason", "images");
    assertThat(errors)
        .extracting(row -> row.getString(0).replaceFirst(".*/", ""), row -> row.getString(1))
        .containsExactly(
            tuple("cut.jpg", "its end is missing"),
            tuple("empty.bmp", "it is no PNG, JPEG or BMP file"),
            tuple("text.png", "it is no PNG, JPEG or BMP file"));
  }

  @Test
  void namesMayHoldAnything() throws IOException {
    byte[] png = PictureFiles.colours(4, 4, 5, "png");
    List<String> names = List.of("colon:name.png", "two\nlines.png", "50%20.png", "a b#c?d.png");
    for (String name : names) {
      write(name, png);
    }
    ingest();
    assertThat(Ingests.rows(data))
        .extracting(row -> row.getString(0))
        .containsAll(names)
        .hasSize(3 + names.size());
  }

  @Test
  void linksAreFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.write(elsewhere.resolve("d.png"), PictureFiles.colours(4, 4, 4, "png"));
    Files.createSymbolicLink(folder.resolve("linked"), elsewhere);
    Files.createSymbolicLink(folder.resolve("dangling.png"), directory.resolve("nowhere"));
    folder = Files.createSymbolicLink(directory.resolve("link"), folder);
    ingest();
    assertThat(Ingests.rows(data))
        .extracting(row -> row.getString(0))
        .containsExactly("b.png", "c.bmp", "deep/er/a b%20ü.PNG", "linked/d.png");
  }

  @Test
  void aFileThatCannotBeOpenedIsAtFault() throws IOException {
    for (IOException e : List.of(new NoSuchFileException("a"), new AccessDeniedException("a"))) {
      assertThat(BadFileException.of(e)).hasMessage("it cannot be opened");
    }
  }

  @Test
  void refusesAFolderWithoutPictures() throws IOException {
    folder = directory.resolve("nowhere");
    refuses("path=" + folder + " does not exist; name a folder of pictures");
    write("notes.txt", new byte[0]);
    refuses("path=" + folder + " has no files .png, .jpg, .jpeg or .bmp; name a folder of");
    write("text.png", new byte[5]);
    Ingests.refuses(
        () -> ingest("ingest.on-error=skip"),
        data,
        "path=%s gave no images (1: it is no PNG, JPEG or BMP file); name another"
            .formatted(folder));
  }

  @Test
  void refusesAPlaceThatCannotBeWritten() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    data = file.resolve("table");
    assertThatThrownBy(this::ingest)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("cannot ingest path=%s to data=%s: ".formatted(folder, data));
  }

  @Test
  void dealsSplitsByTheIdAlone() {
    int[] counts = new int[3];
    for (int i = 0; i < 10_000; i++) {
      counts[
          List.of("train", "validation", "test")
              .indexOf(PartWriter.splitOf("image" + i, 0.2, 0.1))]++;
    }
    // Standard deviations are 46, 40 and 30.
    assertThat(counts[0]).isBetween(6800, 7200);
    assertThat(counts[1]).isBetween(1830, 2170);
    assertThat(counts[2]).isBetween(880, 1120);
    assertThat(PartWriter.splitOf("b.png", 0.2, 0.1)).isEqualTo("train"); // for ever
    assertThat(PartWriter.splitOf("b.png", 0, 0)).isEqualTo("train");
    ingest("ingest.test-share=0.5");
    assertThat(Ingests.rows(data))
        .extracting(Image::of)
        .allSatisfy(
            image -> assertThat(image.split()).isEqualTo(PartWriter.splitOf(image.id(), 0, 0.5)));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private String ingest(String... words) {
    return Ingests.run("images", folder, data, words);
  }

  private void refuses(String... parts) {
    Ingests.refuses(this::ingest, data, parts);
  }
}
