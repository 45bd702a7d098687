package org.lmconv.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  @TempDir static Path shared;
  private static Run small;

  @TempDir Path folder;

  @BeforeAll
  static void open() throws Exception {
    Fixtures.run(shared);
    small = Run.open(shared);
  }

  @AfterAll
  static void close() throws SQLException {
    small.close();
  }

  @Test
  void parquetIsQueriedBySql() throws SQLException {
    Table rounds =
        small.query("SELECT round, train_nats FROM rounds WHERE round IN (1, 9) ORDER BY round");
    assertThat(rounds.numbers("round")).containsExactly(1, 9);
    assertThat(rounds.numbers("train_nats")).containsExactly(300, 100);
  }

  @Test
  void theEnsembleOfTheFixtureIsWhatTheNotebookComputes() throws SQLException {
    String one = " FROM nll WHERE image_id = 'image/4' AND region = 'all' AND \"order\" ";
    Table again = small.query("SELECT -ln(avg(exp(-nats))) AS nats" + one + "<> 'ensemble'");
    Table told = small.query("SELECT nats" + one + "= 'ensemble'");
    // Two orders of summing 8 numbers near 1e-27: 1e-12 is thousands of roundings.
    assertThat(again.numbers("nats")[0]).isCloseTo(told.numbers("nats")[0], within(1e-12));
  }

  @Test
  void pixelsComeAsBytes() throws SQLException {
    Row row = small.query("SELECT * FROM completions LIMIT 1").rows().findFirst().orElseThrow();
    assertThat(row.bytes("pixels")).hasSize(8 * 8 * 3).startsWith(0x10, 0xF0, 0xA0);
    assertThat(row.integer("channels")).isEqualTo(3);
  }

  @Test
  void missingTablesHaveColumnsAndNoRows() throws Exception {
    try (Run run = Run.open(folder.resolve("nothing"))) {
      for (String table : Run.TABLES) {
        assertThat(run.query("SELECT * FROM " + table).isEmpty()).as(table).isTrue();
      }
      assertThat(run.query("SELECT nats, pixels FROM completions").texts("nats")).isEmpty();
      assertThat(run).hasToString("the run nothing, which is not there");
    }
  }

  @Test
  void olderFilesHaveNullsForNewColumns() throws Exception {
    Fixtures.write(folder.resolve("nll"), "SELECT 'a' AS image_id, 3.0 AS nats, 5 AS round");
    try (Run run = Run.open(folder)) {
      Row row = run.query("SELECT nats, ensemble, label FROM nll").rows().findFirst().orElseThrow();
      assertThat(row.number("nats")).isEqualTo(3);
      assertThat(row.text("ensemble")).isNull();
      assertThat(row.number("label")).isNaN();
    }
  }

  @Test
  void aQuoteInAPathIsNoSql() throws Exception {
    Path quoted = folder.resolve("it's");
    Fixtures.run(quoted);
    try (Run run = Run.open(quoted)) {
      assertThat(run.query("SELECT count(*) AS n FROM rounds").numbers("n")).containsExactly(30);
    }
  }

  @Test
  void theDigitsThatShipAreThere() throws Exception {
    try (Run run = Run.open(folder)) {
      Row row =
          run.query("SELECT * FROM digits WHERE image_id = 'mnist/test/00000'")
              .rows()
              .findFirst()
              .orElseThrow();
      assertThat(row.integer("label")).isEqualTo(7); // MNIST's first test image
      assertThat(row.bytes("pixels")).hasSize(28 * 28);
    }
  }

  @Test
  void theContentsCountRowsAndNameRegions() throws SQLException {
    Table contents = small.contents();
    assertThat(contents.texts("table"))
        .containsExactly("rounds", "nll", "nll_summary", "completions");
    assertThat(contents.numbers("rows")).containsExactly(30, 180, 18, 16);
    assertThat(contents.texts("regions"))
        .containsExactly(null, "all, bottom", "all, bottom", "all, bottom");
  }

  @Test
  void aFaultInSqlNamesTheColumn() {
    assertThatThrownBy(() -> small.query("SELECT natz FROM nll"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("natz");
  }

  @Test
  void settingsAreThoseOfTheRun() throws Exception {
    try (Run run = Run.open(folder)) {
      assertThat(run.setting("model.kernel", 3)).isEqualTo(3);
      Files.writeString(
          folder.resolve("config.conf"), "model.kernel-size = 9\nmodel.kernel = 5\nseed = 7\n");
      assertThat(run.setting("model.kernel", 3)).isEqualTo(5);
      assertThat(run.setting("seed", 1)).isEqualTo(7);
      assertThat(run.setting("model.resnets", 2)).isEqualTo(2);
    }
  }

  @Test
  void whatIsMissingIsToldInTheOrderOfItsMaking() throws Exception {
    assertThat(missing(folder)).containsExactly("train", "complete", "sample", "nll");
    Fixtures.run(folder);
    assertThat(missing(folder)).isEmpty();
    Files.delete(folder.resolve("completions/part.parquet"));
    assertThat(missing(folder)).containsExactly("complete", "sample");
  }

  private static List<String> missing(Path folder) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Run.main(new String[] {folder.toString()});
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
