package org.lmconv.jobs.draw;

import static org.apache.spark.sql.functions.avg;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.orders.Region;

/** The command {@code complete}: fills a hole in each image of a table, several times. */
public final class Complete {
  private final DrawSetup setup;
  private final ImagesTable table;
  private final HoleChooser chooser;

  private Complete(DrawSetup setup, ImagesTable table) {
    this.setup = setup;
    this.table = table;
    this.chooser = new HoleChooser(setup.orders(), setup.model().network());
  }

  /**
   * Completes, prints and writes a contact sheet.
   *
   * @throws UserError if there is no such checkpoint, table, region or mask, or they do not go
   *     together
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    requireHole(config);
    try (SparkSession spark = SparkSessions.forTasks("lmconv complete", config)) {
      run(spark, config, out);
    }
  }

  static void requireHole(JobConfig config) {
    if (config.region().equals(Regions.ALL)) {
      throw new UserError(
          "region=all leaves nothing to complete from; name the hole, such as region=bottom, or use"
              + " the command sample");
    }
  }

  static void run(SparkSession spark, JobConfig given, PrintStream out) throws IOException {
    SavedModel saved = SavedModel.read(spark.sparkContext().hadoopConfiguration(), given);
    saved.reports(RunDirectory.COMPLETIONS); // which may be refused, before the table is looked at
    ImagesTable table = ImagesTable.open(spark, saved.config().data());
    Complete complete = new Complete(DrawSetup.of(spark, saved.on(table), out), table);
    if (Regions.isFolder(given.region())) {
      complete.ownHoles();
    } else {
      complete.sharedHole();
    }
  }

  private void sharedHole() throws IOException {
    Region region = setup.config().regionOn(setup.model().image().grid());
    HoleChooser.Choice choice = chooser.choose(region);
    Hole hole = choice.hole();
    int atOnce = Math.max(1, setup.config().draw().batchSize() / setup.config().draw().draws());
    setup.tellModel();
    setup.out().println(choice.explanation());
    complete(images(), atOnce, images -> new Batch(images, hole), image -> region);
  }

  private void ownHoles() throws IOException {
    MaskFolder folder = maskFolder();
    List<String> ids = folder.imageIds();
    ImageSplit masked = table.split(setup.config().split()).only(ids);
    if (masked.count() != ids.size()) {
      throw new UserError(
          "region=%s has %d masks, but %d of them are of no image of split %s; name each IMAGE_ID.png"
              .formatted(
                  setup.config().region(),
                  ids.size(),
                  ids.size() - masked.count(),
                  setup.config().split()));
    }
    folder.require(ids, context());
    setup.tellModel();
    HoleChooser own = chooser; // the tasks need no more of this
    complete(
        masked.sample(setup.config().draw().images()),
        1,
        images -> new Batch(images, own.choose(folder.of(images.get(0).id())).hole()),
        folder::of);
  }

  private MaskFolder maskFolder() {
    return new MaskFolder(
        new Path(setup.config().region()).toString(),
        setup.model().image().grid(),
        context().broadcast(new SerializableConfiguration(context().hadoopConfiguration())));
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(setup.spark().sparkContext());
  }

  private ImageSplit images() {
    return table.split(setup.config().split()).sample(setup.config().draw().images());
  }

  /**
   * Completes.
   *
   * @param atOnce different images of a batch
   * @param toBatch gives images their hole, on executors
   * @param regionOf the hole of an image, on the driver
   */
  private void complete(
      ImageSplit images,
      int atOnce,
      org.apache.spark.api.java.function.Function<List<Image>, Batch> toBatch,
      Function<String, Region> regionOf)
      throws IOException {
    int draws = setup.config().draw().draws();
    DrawPlan plan = setup.plan(table.name(), setup.config().split(), draws, atOnce);
    setup.tell(
        plan,
        "completing %d images of %s, split %s, %d draws each"
            .formatted(images.count(), table.name(), setup.config().split(), draws));
    DrawReport report =
        setup.report("complete", plan, List.of(setup.config().region(), setup.config().orders()));
    long batches = (images.count() + atOnce - 1) / atOnce;
    JavaRDD<Batch> all =
        images.batches(atOnce, DrawReport.tasks(batches, setup.slots())).map(toBatch);
    Dataset<Row> written =
        report.write(plan, all, images.count() * draws, setup.saved().checkpoint().weights());
    setup.tellEnd(
        "%d completions of %d images".formatted(images.count() * draws, images.count()),
        written.agg(avg("nats")).first().getDouble(0));
    if (setup.config().draw().sheetImages() > 0) {
      report.write(
          sheet(images, written, regionOf),
          "from top to bottom what is given, %d draws and the truth".formatted(draws));
    }
  }

  private ContactSheet sheet(
      ImageSplit images, Dataset<Row> written, Function<String, Region> regionOf) {
    List<Image> truths = images.first(setup.config().draw().sheetImages());
    Object[] ids = truths.stream().map(Image::id).toArray();
    Map<String, List<Row>> draws =
        written.where(written.col("image_id").isin(ids)).orderBy("draw").collectAsList().stream()
            .collect(Collectors.groupingBy(row -> row.getAs("image_id")));
    ContactSheet sheet = ContactSheet.of(setup.model().image());
    for (int column = 0; column < truths.size(); column++) {
      Image truth = truths.get(column);
      List<Row> rows = draws.get(truth.id());
      sheet.add(column, 0, rows.get(0).getAs("pixels"), regionOf.apply(truth.id()));
      for (int draw = 0; draw < rows.size(); draw++) {
        sheet.add(column, 1 + draw, rows.get(draw).getAs("pixels"), null);
      }
      sheet.add(column, 1 + rows.size(), truth.pixels(), null);
    }
    return sheet;
  }
}
