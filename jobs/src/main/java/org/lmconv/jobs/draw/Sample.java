package org.lmconv.jobs.draw;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.SampleKeys;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.draw.BatchDrawer.Batch;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.Region;
import org.lmconv.orders.picture.Picture;

/** The command {@code sample}: draws whole images. */
public final class Sample {
  private static final String NAME = "sample";

  private Sample() {}

  /**
   * Draws, prints and writes a contact sheet.
   *
   * @throws org.lmconv.jobs.base.UserError if there is no such checkpoint, or an order does not fit
   *     it
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    try (SparkSession spark = SparkSessions.forTasks("lmconv sample", config)) {
      run(spark, config, out);
    }
  }

  static void run(SparkSession spark, JobConfig given, PrintStream out) throws IOException {
    SavedModel saved = SavedModel.read(spark.sparkContext().hadoopConfiguration(), given);
    DrawJob job = DrawJob.of(spark, saved, out);
    SampleKeys keys = saved.config().as(SampleKeys.class);
    int count = keys.count();
    int atOnce = keys.draw().batchSize();
    DrawPlan plan = job.plan(NAME, NAME, 1, atOnce);
    job.tellModel();
    job.tell(plan, "drawing %d images".formatted(count));
    String prefix = job.prefix(NAME, plan, String.valueOf(count), Regions.ALL);
    Dataset<Row> written =
        job.draw(plan, batches(job, count, atOnce), prefix, count, count + " images");
    if (keys.draw().sheetImages() > 0) {
      writeSheet(job, prefix, written);
    }
  }

  /** Batches take the orders in turn. */
  private static JavaRDD<Batch> batches(DrawJob job, int count, int atOnce) {
    OrderSet orders = job.orders();
    Region everything = Regions.all(orders.grid());
    byte[] blank = new byte[job.model().image().dimensions()];
    long batches = (count + atOnce - 1L) / atOnce;
    return job.context()
        .parallelize(LongStream.range(0, batches).boxed().toList(), job.tasks(batches))
        .map(
            batch -> {
              Hole hole = new Hole(orders.get((int) (batch % orders.size())), everything);
              List<Image> images =
                  LongStream.range(batch * atOnce, Math.min(count, (batch + 1) * atOnce))
                      .mapToObj(number -> new Image(id(number), NAME, null, blank))
                      .toList();
              return new Batch(images, hole);
            });
  }

  private static String id(long number) {
    return "%s-%06d".formatted(NAME, number);
  }

  private static void writeSheet(DrawJob job, String prefix, Dataset<Row> written)
      throws IOException {
    Region none = Region.none(job.orders().grid());
    List<Picture> images =
        written
            .orderBy("image_id")
            .limit(job.config().as(SampleKeys.class).draw().sheetImages())
            .collectAsList()
            .stream()
            .map(row -> job.image(row.getAs("pixels"), none))
            .toList();
    int columns = (int) Math.ceil(Math.sqrt(images.size()));
    job.writeSheet(prefix, columns, images, "image 0 at the top left");
  }
}
