package org.lmconv.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.jobs.score.ScoredRun.isEnsemble;
import static org.lmconv.jobs.score.ScoredRun.nats;
import static org.lmconv.jobs.score.ScoredRun.rows;
import static org.lmconv.jobs.score.ScoredRun.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Masks;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.train.TrainForTests;

/** Regions of images, given the rest. */
class NllRegionTest {
  private static final String HOLE = "1:2,2:4"; // pixels 6 and 7 of 4x4

  @TempDir private static Path folder;

  @Test
  void theProbabilitiesOfAllFillingsOfARegionSumToOne() throws IOException {
    Path out = folder.resolve("fillings");
    ScoredRun.TINY.nll(
        out,
        "data=" + fillings(),
        "region=" + HOLE,
        "orders=[s_curve/*+" + HOLE + ", raster+1:2,2:4]");
    var byOrder =
        rows(out).stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.<String>getAs("order"),
                    Collectors.summingDouble(row -> Math.exp(-nats(row)))));
    assertThat(byOrder).hasSize(10).containsKey("raster/0+" + HOLE).containsKey("ensemble");
    byOrder.forEach(
        (order, sum) -> assertThat(sum).as(order).isCloseTo(1, within(1e-5))); // float32
    assertThat(rows(out))
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("region")).isEqualTo(HOLE);
              assertThat(row.<Double>getAs("bits_per_dim"))
                  .isCloseTo(nats(row) / (2 * Math.log(2)), within(1e-12));
            });
  }

  /** Images that differ in the hole, in all ways that bits can. */
  private static String fillings() {
    List<Row> rows = new ArrayList<>();
    for (int filling = 0; filling < 4; filling++) {
      byte[] pixels = new byte[16];
      pixels[0] = pixels[5] = pixels[11] = (byte) 255;
      pixels[6] = (byte) (filling % 2 * 255);
      pixels[7] = (byte) (filling / 2 * 255);
      rows.add(RowFactory.create("filling/" + filling, "test", null, 4, 4, 1, pixels));
    }
    String path = folder.resolve("fillings.parquet").toString();
    TestSpark.session().createDataFrame(rows, ImagesTable.schema()).write().parquet(path);
    return path;
  }

  @Test
  void aRegionIsAPartOfTheMapOfTheImage() throws IOException {
    Path images = folder.resolve("images");
    Path regions = folder.resolve("regions");
    ScoredRun.TINY.nll(images, "orders=s_curve/*+bottom", "score.maps=true");
    String printed =
        ScoredRun.TINY.nll(regions, "orders=s_curve/*+bottom", "region=bottom", "score.maps=true");
    assertThat(printed).contains("7 images of tiny, split test, region bottom, after round 4");
    List<Row> wholes = rows(images);
    List<Row> parts = rows(regions);
    assertThat(parts).hasSize(7 * 9).hasSameSizeAs(wholes);
    for (int i = 0; i < parts.size(); i++) {
      assertThat(parts.get(i).<String>getAs("order")).isEqualTo(wholes.get(i).getAs("order"));
      assertThat(wholes.get(i).<String>getAs("region")).isEqualTo("all");
      if (isEnsemble(parts.get(i))) {
        assertThat(parts.get(i).<Object>getAs("nll_map")).isNull();
        continue;
      }
      List<Float> whole = wholes.get(i).getList(wholes.get(i).fieldIndex("nll_map"));
      List<Float> part = parts.get(i).getList(parts.get(i).fieldIndex("nll_map"));
      assertThat(nats(wholes.get(i))).isEqualTo(sum(whole));
      assertThat(nats(parts.get(i))).isEqualTo(sum(part));
      assertThat(part.subList(0, 8)).containsOnly(0f);
      assertThat(part.subList(8, 16)).isEqualTo(whole.subList(8, 16)).doesNotContain(0f);
    }
  }

  private static double sum(List<Float> map) {
    return map.stream().mapToDouble(Float::doubleValue).sum();
  }

  @Test
  void mapsComeAndGoWithTheSameRows() throws IOException {
    Path out = folder.resolve("maps");
    ScoredRun.TINY.nll(out, "orders=raster/0", "score.maps=true");
    ScoredRun.TINY.nll(out, "orders=raster/0");
    assertThat(table(out).where("nll_map is not null").count()).isZero();
    assertThat(table(out).count()).isEqualTo(14);
  }

  @Test
  void scoringsOfDifferentRegionsStayApart() throws IOException {
    Path out = folder.resolve("several");
    String mask =
        Masks.write(folder.resolve("corner.png"), "##..", "##..", "....", "....").toString();
    ScoredRun.TINY.nll(out, "orders=raster/0");
    ScoredRun.TINY.nll(out, "orders=raster/0+" + mask, "region=" + mask);
    ScoredRun.TINY.nll(out, "orders=raster/0", "region=bottom");
    ScoredRun.TINY.nll(out, "orders=raster/0", "region=bottom");
    assertThat(
            table(out)
                .groupBy("region", "order")
                .count()
                .orderBy("region", "order")
                .collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getString(1) + " " + row.getLong(2))
        .containsExactly(
            "all ensemble 7",
            "all raster/0 7",
            "bottom ensemble 7",
            "bottom raster/0 7",
            "corner.png ensemble 7",
            "corner.png raster/0+corner.png 7");
  }

  @Test
  void ordersThatDoNotVisitTheRegionLastAreRefused() {
    refuses(
        "region=bottom: order s_curve/1 does not visit it last; write s_curve/1+bottom, or leave it"
            + " out",
        "region=bottom");
    refuses(
        "region=0:2,0:2: order raster/2+top does not visit it last; write raster/2+0:2,0:2, or"
            + " leave it out",
        "region=0:2,0:2",
        "orders=[raster/1+0:2,0:2, raster/2+top]");
    refuses("region=0:5,0:4: region 0:5,0:4 does not fit a 4x4 grid", "region=0:5,0:4");
    refuses("region=none.png: there is no readable file none.png", "region=none.png");
  }

  private static void refuses(String message, String... words) {
    Path out = folder.resolve("refused");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ScoredRun.TINY.nll(out, words))
        .withMessageContaining(message);
    assertThat(out).doesNotExist();
  }

  @Test
  void trainingScoresWholeImagesWhateverAFileSays() throws IOException {
    Path other = folder.resolve("other");
    TrainForTests.train(
        "run=" + other, "data=" + ScoredRun.data(), "region=right", "orders=raster/0");
    assertThat(rows(other.resolve("nll")))
        .hasSize(14)
        .allSatisfy(row -> assertThat(row.<String>getAs("region")).isEqualTo("all"));
    try (Stream<Path> tables = Files.list(other)) {
      assertThat(tables.map(path -> path.getFileName().toString()))
          .contains("nll", "nll_summary", "rounds", "checkpoints");
    }
  }
}
