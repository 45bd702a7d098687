package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.score.Scoring;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.orders.PixelOrder;

/**
 * The whole Spark job that scores a table, from reading to the rows on disk, against a bare loop of
 * the model over the same images in memory, with all threads and under the same orders.
 */
final class NllJobs implements Question {
  private static final String SPLIT = "test";

  private final SparkSession spark;
  private final JobConfig given;
  private final Setup setup;
  private final ImageShape image;
  private Path folder;
  private JobConfig config;
  private DeviceModel model;

  NllJobs(SparkSession spark, JobConfig given, Setup setup) {
    this.spark = spark;
    this.given = given;
    this.setup = setup;
    this.image = setup.model().image();
  }

  /**
   * Fields of a row.
   *
   * @param images scored in each repetition
   * @param imagesPerSecond at the median, each under all orders
   * @param ratioToLoop images per second in units of the bare loop's
   */
  record Speed(int images, double imagesPerSecond, double ratioToLoop) {}

  @Override
  public String title() {
    return "nll " + setup.network();
  }

  @Override
  public List<Turn> turns() throws IOException {
    folder = Files.createTempDirectory("lmconv-bench");
    config =
        given.with(
            Map.ofEntries(
                entry("data", folder.resolve("images").toString()),
                entry("split", SPLIT),
                entry("orders", setup.bench().orders()),
                entry("score.batch-size", setup.bench().batchSize())));
    List<byte[]> images = IntStream.range(0, setup.bench().images()).mapToObj(this::noise).toList();
    writeTable(images);
    model = new DeviceModel(setup.model(), setup.device(), setup.execution());
    model.load(setup.parameters());
    return List.of(
        new Turn("the job", this::scoreTable), new Turn("the loop", () -> loopOver(images)));
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    }
    if (folder != null) {
      FileUtil.fullyDelete(folder.toFile());
    }
  }

  @Override
  public List<ObjectNode> rows(List<Times> times, Consumer<String> progress) {
    return List.of(row("job", times.get(0), times.get(1)), row("loop", times.get(1), times.get(1)));
  }

  private ObjectNode row(String variant, Times times, Times loop) {
    int images = setup.bench().images();
    Speed speed =
        new Speed(images, images * 1e3 / times.medianMs(), loop.medianMs() / times.medianMs());
    String orders = String.join(",", setup.bench().orders());
    return Rows.row(Label.of(setup, "nll", orders, variant), times, speed);
  }

  private static String id(int number) {
    return "noise-%08d".formatted(number);
  }

  private byte[] noise(int number) {
    byte[] pixels = new byte[image.dimensions()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (256 * Seeds.uniform(number, i));
    }
    return pixels;
  }

  private void writeTable(List<byte[]> images) {
    int height = image.height();
    int width = image.width();
    List<Row> rows = new ArrayList<>();
    for (byte[] pixels : images) {
      String id = id(rows.size());
      rows.add(RowFactory.create(id, SPLIT, null, height, width, image.channels(), pixels));
    }
    spark
        .createDataFrame(rows, ImagesTable.schema())
        .write()
        .parquet(config.as(NllKeys.class).data());
  }

  /** What the command nll does. */
  private void scoreTable() {
    TrainingState state =
        new TrainingState(
            0, 0, setup.parameters(), new InnerState.Fresh(), Optional.empty(), Optional.empty());
    try {
      new Scoring(
              spark,
              config,
              setup.model(),
              ImagesTable.open(spark, config.as(NllKeys.class).data()),
              Regions.all(image.grid()),
              new org.apache.hadoop.fs.Path(folder.resolve("nll").toString()),
              new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
          .score("bench", state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void loopOver(List<byte[]> images) {
    setup.useThreads(); // of this thread
    ImageEncoder encoder = ImageEncoder.of(setup.model(), config);
    int size = image.dimensions();
    int most = setup.bench().batchSize();
    for (int first = 0; first < images.size(); first += most) {
      int count = Math.min(most, images.size() - first);
      float[] x = new float[count * size];
      for (int i = 0; i < count; i++) {
        encoder.forScoring(id(first + i), images.get(first + i), x, i * size);
      }
      for (PixelOrder order : setup.bench().orderSet().orders()) {
        model.logLikelihoods(x, order);
      }
    }
  }
}
