package org.lmconv.jobs.draw;

import static org.apache.spark.sql.functions.avg;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.Region;

/** The command {@code sample}: draws whole images. */
public final class Sample {
  private static final String NAME = "sample";

  private Sample() {}

  /**
   * Draws, prints and writes a contact sheet.
   *
   * @throws org.lmconv.jobs.UserError if there is no such checkpoint, or an order does not fit it
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    try (SparkSession spark = SparkSessions.forTasks("lmconv sample", config)) {
      run(spark, config, out);
    }
  }

  static void run(SparkSession spark, JobConfig given, PrintStream out) throws IOException {
    SavedModel saved = SavedModel.read(spark.sparkContext().hadoopConfiguration(), given);
    DrawSetup setup = DrawSetup.of(spark, saved, out);
    int count = setup.config().draw().count();
    int atOnce = setup.config().draw().batchSize();
    DrawPlan plan = setup.plan(NAME, NAME, 1, atOnce);
    setup.tellModel();
    setup.tell(plan, "drawing %d images".formatted(count));
    DrawReport report = setup.report(NAME, plan, List.of(count, setup.config().orders()));
    JavaRDD<Batch> batches = batches(setup, count, atOnce);
    Dataset<Row> written = report.write(plan, batches, count, setup.saved().checkpoint().weights());
    setup.tellEnd(count + " images", written.agg(avg("nats")).first().getDouble(0));
    if (setup.config().draw().sheetImages() > 0) {
      report.write(sheet(setup, written), "image 0 at the top left");
    }
  }

  /** Batches take the orders in turn. */
  private static JavaRDD<Batch> batches(DrawSetup setup, int count, int atOnce) {
    OrderSet orders = setup.orders();
    Region everything = Regions.all(orders.grid());
    byte[] blank = new byte[setup.model().image().dimensions()];
    long batches = (count + atOnce - 1L) / atOnce;
    return JavaSparkContext.fromSparkContext(setup.spark().sparkContext())
        .parallelize(
            LongStream.range(0, batches).boxed().toList(), DrawReport.tasks(batches, setup.slots()))
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

  private static ContactSheet sheet(DrawSetup setup, Dataset<Row> written) {
    List<Row> rows =
        written.orderBy("image_id").limit(setup.config().draw().sheetImages()).collectAsList();
    int columns = (int) Math.ceil(Math.sqrt(rows.size()));
    ContactSheet sheet = ContactSheet.of(setup.model().image());
    for (int i = 0; i < rows.size(); i++) {
      sheet.add(i % columns, i / columns, rows.get(i).getAs("pixels"), null);
    }
    return sheet;
  }
}
