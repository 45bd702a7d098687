package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImagesTable;

class MnistTest {
  private final SparkSession spark = TestSpark.session();

  @TempDir private Path directory;
  private Path source;
  private Path data;

  @BeforeEach
  void makeDirectories() throws IOException {
    source = Files.createDirectory(directory.resolve("mnist"));
    data = directory.resolve("out").resolve("table.parquet");
  }

  @ParameterizedTest
  @CsvSource({"-,''", "-,.gz", ".,''", ".,.gz"})
  void makesATableOfTheFourFiles(String separator, String ending) throws IOException {
    IdxBytes.mnist(source, separator, ending);

    assertThat(ingest(0, 0))
        .isEqualTo("mnist: 7 train and 3 test images, 2x3x1; written to %s%n".formatted(data));

    List<Row> rows = spark.read().parquet(data.toString()).orderBy("image_id").collectAsList();
    assertThat(rows).hasSize(10);
    assertThat(rows.get(0).schema()).isEqualTo(ImagesTable.schema());
    Row last = rows.get(9); // mnist/test/... sorts before mnist/train/...
    assertThat(Image.of(last))
        .usingRecursiveComparison()
        .isEqualTo(new Image("mnist/train/00006", "train", 5, new byte[] {6, 6, 6, 6, 6, 6}));
    assertThat(last.<Integer>getAs("height")).isEqualTo(2);
    assertThat(last.<Integer>getAs("width")).isEqualTo(3);
    assertThat(last.<Integer>getAs("channels")).isEqualTo(1);
    assertThat(Image.of(rows.get(0)).label()).isEqualTo(255);
  }

  @Test
  void takesAnEvenlySpacedSubsetUnderTheOriginalIndices() throws IOException {
    IdxBytes.mnist(source, "-", "");
    ingest(3, 1);

    assertThat(ImagesTable.open(spark, data.toString()).split("train").images().collect())
        .extracting(Image::id)
        .containsExactly("mnist/train/00000", "mnist/train/00002", "mnist/train/00004");
    assertThat(ImagesTable.open(spark, data.toString()).split("test").count()).isEqualTo(1);
  }

  @Test
  void leavesAnExistingTableAlone() throws IOException {
    IdxBytes.mnist(source, "-", "");
    Files.createDirectories(data);
    assertThatThrownBy(() -> ingest(0, 0))
        .isInstanceOf(UserError.class)
        .hasMessage("data=%s exists and is not overwritten; remove it or name another", data);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    refuses("path=%s lacks train-images-idx3-ubyte (or .gz); put it there".formatted(source));
    IdxBytes.mnist(source, "-", "");
    Ingests.refuses(
        () -> ingest(8, 0), data, "ingest.train-images=8, but there are only 7; 0 takes all");
    Path images = source.resolve("t10k-images-idx3-ubyte");
    Path labels = IdxBytes.write(source.resolve("t10k-labels-idx1-ubyte"), IdxBytes.labels(4));
    refuses("%s has 3 images, but %s has 4 labels; fetch both again".formatted(images, labels));
    IdxBytes.write(labels, IdxBytes.labels(3));
    IdxBytes.write(images, IdxBytes.images(3, 3, 2));
    refuses(
        "%s/train-images-idx3-ubyte holds images of 2x3x1, but %s of 3x2x1; take both from one"
                .formatted(source, images)
            + " data set");
    IdxBytes.write(labels, IdxBytes.labels(0));
    IdxBytes.write(images, IdxBytes.images(0, 2, 3));
    refuses("%s has no images; fetch it again".formatted(images));
    Files.delete(labels);
    refuses("path=%s lacks t10k-labels-idx1-ubyte (or .gz); put it there".formatted(source));
    source = directory.resolve("nowhere");
    refuses("path=%s does not exist; name the directory of the MNIST files".formatted(source));
  }

  private String ingest(int trainImages, int testImages) {
    return Ingests.run(
        "mnist",
        source,
        data,
        "ingest.train-images=" + trainImages,
        "ingest.test-images=" + testImages);
  }

  private void refuses(String message) {
    Ingests.refuses(() -> ingest(0, 0), data, message);
  }
}
