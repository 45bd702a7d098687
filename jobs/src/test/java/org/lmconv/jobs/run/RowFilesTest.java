package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

class RowFilesTest {
  @TempDir private Path folder;
  private RowFiles files;

  @BeforeEach
  void openFiles() {
    files =
        new RowFiles(
            TestSpark.session(), new org.apache.hadoop.fs.Path(folder.resolve("rows").toString()));
  }

  private static Dataset<Row> numbers(int end) {
    return TestSpark.session().range(0, end, 1, 2).toDF("number");
  }

  private long count(String prefix) throws IOException {
    return files.read(prefix).orElseThrow().count();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> names = Files.list(folder.resolve("rows"))) {
      return names
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  @Test
  void anEqualJobReplacesItsRowsAndOthersStay() throws IOException {
    assertThat(files.read("a-")).isEmpty();
    files.write(numbers(10), "a-");
    files.write(numbers(3), "b-");
    files.write(numbers(7), "a-");
    assertThat(count("a-")).isEqualTo(7);
    assertThat(count("b-")).isEqualTo(3);
    assertThat(TestSpark.session().read().parquet(folder.resolve("rows").toString()).count())
        .isEqualTo(10);
    assertThat(names())
        .as("one file each, which appears at once")
        .containsExactly("a-00000.parquet", "b-00000.parquet");
  }

  @Test
  void jobsThatDifferInAnythingHaveOtherNames() {
    Grid grid = new Grid(2, 2);
    PixelOrder rows = PixelOrder.of("o.csv", grid, new int[] {0, 1, 2, 3});
    PixelOrder columns = PixelOrder.of("o.csv", grid, new int[] {0, 2, 1, 3});
    Region left = Region.parse("left", grid);
    assertThat(
            Stream.of(
                RowFiles.identity("a", "b"),
                RowFiles.identity("ab", ""),
                RowFiles.identity("ä", "b"),
                RowFiles.identity("ö", "b"),
                RowFiles.identity(OrderSet.of(List.of(rows))),
                RowFiles.identity(OrderSet.of(List.of(columns))),
                RowFiles.identity(left),
                RowFiles.identity(Region.of(left.name(), grid, BitSet.valueOf(new long[] {1})))))
        .doesNotHaveDuplicates();
    assertThat(RowFiles.prefix(RowFiles.identity("a"), "nll", "Müller/x"))
        .matches("nll-M_ller_x-[0-9a-f]{16}-");
  }

  @Test
  void aJobThatFailsLeavesTheRowsThatWereThere() throws IOException {
    files.write(numbers(10), "a-");
    List<String> before = names();
    Dataset<Row> broken = numbers(10).selectExpr("raise_error('broken') as number");
    assertThatThrownBy(() -> files.write(broken, "a-")).hasStackTraceContaining("broken");
    assertThat(names()).isEqualTo(before);
    assertThat(count("a-")).isEqualTo(10);
  }
}
