package org.lmconv.jobs.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.conf.JobConfig;
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
 * the model over the same images in memory, with all threads and under the same orders. The two
 * take turns.
 */
final class NllJobs implements Measurement {
  private static final String SPLIT = "test";

  private final SparkSession spark;
  private final JobConfig config;
  private final Setup setup;
  private final Path folder;
  private final BenchProgress progress;

  /**
   * @param folder for the table and the rows
   */
  NllJobs(SparkSession spark, JobConfig config, Setup setup, Path folder, PrintStream out) {
    this.spark = spark;
    this.setup = setup;
    this.folder = folder;
    this.progress = new BenchProgress(out, 1);
    this.config =
        config.with(
            Map.of(
                "data",
                folder.resolve("images").toString(),
                "split",
                SPLIT,
                "orders",
                setup.bench().orders(),
                "score.batch-size",
                setup.bench().batchSize()));
  }

  /** Those on the cluster that spark-submit names, or in this JVM. */
  static Measurement onOwnSession(JobConfig config, Setup setup, PrintStream out) {
    return rows -> {
      Path folder = Files.createTempDirectory("lmconv-bench");
      try (SparkSession spark = SparkSessions.forTasks("lmconv bench", config)) {
        new NllJobs(spark, config, setup, folder, out).run(rows);
      } finally {
        FileUtil.fullyDelete(folder.toFile());
      }
    };
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
  public void run(Rows rows) throws IOException {
    List<byte[]> images = writeTable();
    List<Times> times;
    try (DeviceModel model = new DeviceModel(setup.model(), setup.device(), setup.execution())) {
      model.load(setup.parameters());
      times =
          Interleaved.measure(
              List.of(
                  new Interleaved.Named("the job", new ModelWorkload(this::scoreTable, () -> {})),
                  new Interleaved.Named(
                      "the loop", new ModelWorkload(() -> loopOver(images, model), () -> {}))),
              setup.bench(),
              doing -> progress.tell(0, "nll " + Case.network(setup), doing));
    }
    rows.add(row("job", times.get(0), times.get(1)));
    rows.add(row("loop", times.get(1), times.get(1)));
  }

  private ObjectNode row(String variant, Times times, Times loop) {
    int images = setup.bench().images();
    Speed speed =
        new Speed(images, images * 1e3 / times.medianMs(), loop.medianMs() / times.medianMs());
    String orders = String.join(",", setup.bench().orders());
    return Json.row(Label.of(setup, "nll", orders, variant), times, speed);
  }

  /** Images of noise. */
  private List<byte[]> writeTable() {
    ImageShape shape = setup.model().image();
    List<byte[]> images =
        IntStream.range(0, setup.bench().images()).mapToObj(i -> noise(shape, i)).toList();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      rows.add(
          RowFactory.create(
              id(i), SPLIT, null, shape.height(), shape.width(), shape.channels(), images.get(i)));
    }
    spark.createDataFrame(rows, ImagesTable.schema()).write().parquet(config.data());
    return images;
  }

  private static String id(int image) {
    return "noise-%08d".formatted(image);
  }

  private static byte[] noise(ImageShape shape, int image) {
    byte[] pixels = new byte[shape.dimensions()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (256 * Seeds.uniform(image, i));
    }
    return pixels;
  }

  /** What the command nll does. */
  private void scoreTable() {
    TrainingState state =
        new TrainingState(
            0, 0, setup.parameters(), new InnerState.Fresh(), Optional.empty(), Optional.empty());
    ImagesTable table = ImagesTable.open(spark, config.data());
    PrintStream nobody =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    try {
      new Scoring(
              spark,
              config,
              setup.model(),
              table,
              Regions.all(setup.model().image().grid()),
              new org.apache.hadoop.fs.Path(folder.resolve("nll").toString()),
              nobody)
          .score("bench", state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void loopOver(List<byte[]> images, DeviceModel model) {
    setup.useThreads(); // of this thread
    ImageEncoder encoder = ImageEncoder.of(setup.model(), config);
    int size = setup.model().image().dimensions();
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
