package org.lmconv.jobs.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.CompleteKeys;
import org.lmconv.jobs.conf.Masks;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.data.TableFiles;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.train.TrainForTests;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.reference.FullForwardSampler;
import org.lmconv.model.sample.Drawing;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** Holes in images of 4x4 pixels, filled by a tiny model. */
class CompleteTest {
  private static final int SIDE = TinyRuns.SIDE;
  private static final int TEST_IMAGES = 7;

  @TempDir private static Path folder;
  private static List<Image> images;

  private final Printed out = new Printed();

  @BeforeAll
  static void trainModel() throws IOException {
    String data = TinyRuns.table(folder);
    images = ImagesTable.open(TestSpark.session(), data).split("test").first(TEST_IMAGES);
    TrainForTests.train(
        "run=" + folder.resolve("run"),
        "data=" + data,
        "model.likelihood=logistic_mixture",
        "model.mixtures=2");
  }

  private JobConfig config(String... words) {
    List<String> all =
        Stream.concat(Stream.of("run=" + folder.resolve("run")), Stream.of(words)).toList();
    return ConfigLoader.load(Optional.empty(), all, "complete", CompleteKeys.class);
  }

  /** The rows of a completion to a directory of its own. */
  private List<Row> complete(String name, String... words) throws IOException {
    String[] all =
        Stream.concat(Stream.of("out=" + folder.resolve(name)), Stream.of(words))
            .toArray(String[]::new);
    Complete.run(TestSpark.session(), config(all), out);
    return rows(folder.resolve(name));
  }

  private static List<Row> rows(Path directory) {
    Dataset<Row> rows = TestSpark.session().read().parquet(directory.toString());
    return new ArrayList<>(rows.orderBy("image_id", "draw").collectAsList());
  }

  private static byte[] pixels(Row row) {
    return row.getAs("pixels");
  }

  @Test
  void everyImageIsCompletedSeveralTimesAndKeepsWhatIsGiven() throws IOException {
    List<Row> rows =
        complete("bottom", "region=bottom", "draws=3", "draw.batch-size=7", "draw.sheet-images=3");
    assertThat(rows).hasSize(TEST_IMAGES * 3);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      Image image = images.get(i / 3);
      assertThat(row.<String>getAs("image_id")).isEqualTo(image.id());
      assertThat(row.<Integer>getAs("draw")).isEqualTo(i % 3);
      assertThat(row.<String>getAs("region")).isEqualTo("bottom");
      assertThat(row.<Integer>getAs("label")).isEqualTo(image.label());
      assertThat(Arrays.copyOf(pixels(row), 8)).isEqualTo(Arrays.copyOf(image.pixels(), 8));
    }
    assertThat(rows.stream().map(row -> Arrays.toString(pixels(row))).distinct())
        .as("no two draws are the same")
        .hasSize(rows.size());
    assertThat(out.text())
        .contains("region bottom, 8 of 16 pixels: order s_curve/")
        .contains("completing 7 images of tiny, split test, 3 draws each; a task draws 6 at once")
        .contains("21 completions of 7 images, ")
        .contains("contact sheet, from top to bottom what is given, 3 draws and the truth: ");
    assertSheetShowsHolesDrawsAndTruth(rows);
  }

  private static void assertSheetShowsHolesDrawsAndTruth(List<Row> rows) throws IOException {
    Path png;
    try (Stream<Path> files = Files.list(folder.resolve("bottom_sheets"))) {
      png = files.filter(file -> file.toString().endsWith(".png")).findFirst().orElseThrow();
    }
    BufferedImage picture = ImageIO.read(png.toFile());
    int cell = 84 + 4; // 4 pixels of 21, and the gap
    assertThat(picture.getWidth()).isEqualTo(4 + 3 * cell);
    assertThat(picture.getHeight()).isEqualTo(4 + 5 * cell);
    for (int column = 0; column < 3; column++) {
      byte[] truth = images.get(column).pixels();
      for (int pixel = 0; pixel < 16; pixel++) {
        int x = 4 + column * cell + pixel % 4 * 21 + 10;
        int y = 4 + pixel / 4 * 21 + 10;
        if (pixel < 8) {
          assertThat(picture.getRGB(x, y)).as("given").isEqualTo(grey(truth[pixel]));
        } else {
          assertThat(picture.getRGB(x, y) & 0xFF).as("blue").isGreaterThan(0xB0);
          assertThat(picture.getRGB(x, y) >> 16 & 0xFF).isLessThan(0x90);
        }
        byte[] second = pixels(rows.get(column * 3 + 1));
        assertThat(picture.getRGB(x, y + 2 * cell)).as("draw").isEqualTo(grey(second[pixel]));
        assertThat(picture.getRGB(x, y + 4 * cell)).as("truth").isEqualTo(grey(truth[pixel]));
      }
    }
  }

  private static int grey(byte value) {
    int grey = value & 0xFF;
    return 0xFF000000 | grey << 16 | grey << 8 | grey;
  }

  @Test
  void drawsAreThoseOfAForwardPassPerPixel() throws IOException {
    List<Row> rows =
        complete("slow", "region=1:3,1:4", "draws=2", "seed=5", "orders=[raster/2, gilbert/1]");
    SavedModel saved =
        SavedModel.read(
            TestSpark.session().sparkContext().hadoopConfiguration(), config("region=center"));
    PixelOrder chosen = order(rows.get(0).getAs("order"));
    Region hole = Region.parse("1:3,1:4", chosen.grid());
    assertThat(chosen.visitsLast(hole)).isTrue();
    ImageEncoder encoder = ImageEncoder.of(saved.checkpoint().model(), saved.config());
    try (DeviceModel model =
        new DeviceModel(saved.checkpoint().model(), Device.cpu(), Execution.DEFAULT)) {
      model.load(saved.checkpoint().state().parameters());
      for (Row row : rows) {
        Image image =
            images.stream().filter(i -> i.id().equals(row.getAs("image_id"))).findFirst().get();
        float[] x = new float[SIDE * SIDE];
        encoder.forScoring(image.id(), image.pixels(), x, 0);
        long seed =
            Seeds.of(5, Seeds.Purpose.SAMPLE, Seeds.of(image.id()), row.<Integer>getAs("draw"));
        Drawing drawing =
            new Drawing(
                saved.config().as(CompleteKeys.class).draw().how().temperature(),
                new long[] {seed});
        float[] slow = FullForwardSampler.draw(model, x, chosen, 16 - hole.size(), 16, drawing);
        assertThat(pixels(row)).isEqualTo(encoder.decode(slow, 0));

        float[] logLikelihoods = model.logLikelihoods(slow, chosen);
        double nats = 0;
        for (int pixel = 0; pixel < 16; pixel++) {
          nats -= hole.contains(pixel) ? logLikelihoods[pixel] : 0;
        }
        // Six float32 logarithms, of another batch size.
        assertThat(row.<Double>getAs("nats")).isCloseTo(nats, within(1e-4));
      }
    }
  }

  private static PixelOrder order(String name) {
    Grid grid = new Grid(SIDE, SIDE);
    String[] parts = name.split("\\+");
    PixelOrder order = OrderSet.parse(List.of(parts[0]), grid).get(0);
    return order.withLast(Region.parse(parts[1], grid));
  }

  @Test
  void aDrawDependsOnSeedImageAndNumberAlone() throws IOException {
    List<Row> rows = complete("once", "region=left", "draws=2");
    List<Row> other =
        complete("other", "region=left", "draws=3", "draw.images=3", "draw.batch-size=6");
    assertThat(other).hasSize(9);
    other.removeIf(row -> row.<Integer>getAs("draw") == 2);
    assertThat(draws(rows)).containsAll(draws(other));
    assertThat(draws(complete("seed", "region=left", "draws=2", "seed=2")))
        .doesNotContainAnyElementsOf(draws(rows));
    assertThat(complete("once", "region=left", "draws=2"))
        .as("the same job replaces its rows")
        .isEqualTo(rows);
    assertThat(complete("once", "region=right", "draws=1"))
        .as("another one does not")
        .hasSize(3 * TEST_IMAGES);
  }

  private static List<String> draws(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                "%s %s %s"
                    .formatted(
                        row.getAs("image_id"), row.getAs("draw"), Arrays.toString(pixels(row))))
        .toList();
  }

  @Test
  void eachImageMayHaveAMaskOfItsOwn() throws IOException {
    Path masks = Files.createDirectories(folder.resolve("masks/test"));
    Masks.write(masks.resolve("13.png"), "....", ".##.", ".##.", "....");
    Masks.write(masks.resolve("15.png"), "#...", "#...", "#..#", "...#");
    String region = "region=" + folder.resolve("masks") + "/";
    List<Row> rows = complete("own", region, "draws=2");
    assertThat(rows).hasSize(4);
    assertThat(rows)
        .extracting(row -> row.getAs("region"))
        .containsExactly("test/13.png", "test/13.png", "test/15.png", "test/15.png");
    byte[] truth = images.get(3).pixels(); // test/15
    for (int pixel = 0; pixel < 16; pixel++) {
      if (!List.of(0, 4, 8, 11, 15).contains(pixel)) {
        assertThat(pixels(rows.get(2))[pixel]).isEqualTo(truth[pixel]);
      }
    }
    assertThat(out.text()).contains("completing 2 images of tiny, split test, 2 draws each");

    Masks.write(masks.resolve("none.png"), "#...", "....", "....", "....");
    assertRefused(
        "has 3 masks, but 1 of them are of no image of split test; name each IMAGE_ID.png", region);
    Files.delete(masks.resolve("none.png"));
    Masks.write(masks.resolve("13.png"), "###", "###");
    assertRefused("mask test/13.png is 2x3, but the images are 4x4; draw it in their size", region);
  }

  @Test
  void temperatureZeroDrawsTheSameEveryTime() throws IOException {
    List<Row> rows =
        complete(
            "cold",
            "region=center",
            "draws=2",
            "draw.mixture-temperature=0",
            "draw.scale-temperature=0");
    for (int i = 0; i < rows.size(); i += 2) {
      assertThat(pixels(rows.get(i))).isEqualTo(pixels(rows.get(i + 1)));
    }
    assertThat(rows.get(0).<Double>getAs("mixture_temperature")).isZero();
  }

  @Test
  void faultsAreToldInWords() throws IOException {
    assertRefused("region=all leaves nothing to complete from; name the hole, such as");
    assertRefused("region=midle: region midle is unknown; use all, top,", "region=midle");
    assertRefused("region=0:5,0:2: region 0:5,0:2 does not fit a 4x4 grid", "region=0:5,0:2");
    assertRefused("draws=0: must be at least 1", "region=top", "draws=0");
    assertRefused(
        "draw.scale-temperature=-1.0: must be 0 or above",
        "region=top",
        "draw.scale-temperature=-1");
    assertRefused("nowhere/ does not exist; name a folder of masks", "region=nowhere/");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused("/ holds no PNG; put a mask IMAGE_ID.png there", "region=" + empty + "/");
    assertRefused(
        "use a smaller draw.batch-size, and fewer draws", "region=top", "draws=100000000");
    Path colour = TableFiles.write(folder.resolve("colour"), 1, new ImageShape(3, 4, 4));
    assertRefused("images of colour have 3 channels, but", "region=top", "data=" + colour);
  }

  private void assertRefused(String message, String... words) {
    Path target = folder.resolve("refused");
    String[] all =
        Stream.concat(Stream.of("out=" + target), Stream.of(words)).toArray(String[]::new);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () -> {
              try {
                Complete.requireHole(config(all));
                Complete.run(TestSpark.session(), config(all), out);
              } catch (Exception e) {
                throw Causes.userError(e).orElseThrow();
              }
            })
        .withMessageContaining(message);
    assertThat(target)
        .satisfiesAnyOf(t -> assertThat(t).doesNotExist(), t -> assertThat(t).isEmptyDirectory());
  }
}
