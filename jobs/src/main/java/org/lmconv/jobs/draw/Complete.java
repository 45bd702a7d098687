package org.lmconv.jobs.draw;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.CompleteKeys;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.draw.BatchDrawer.Batch;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.Region;
import org.lmconv.orders.picture.Picture;

/** The command {@code complete}: fills a hole in each image of a table, several times. */
public final class Complete {
  private final DrawJob job;
  private final CompleteKeys keys;
  private final ImagesTable table;

  private Complete(DrawJob job, ImagesTable table) {
    this.job = job;
    this.keys = job.config().as(CompleteKeys.class);
    this.table = table;
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
    if (config.as(CompleteKeys.class).region().equals(Regions.ALL)) {
      throw new UserError(
          "region=all leaves nothing to complete from; name the hole, such as region=bottom, or use"
              + " the command sample");
    }
  }

  static void run(SparkSession spark, JobConfig given, PrintStream out) throws IOException {
    SavedModel saved = SavedModel.read(spark.sparkContext().hadoopConfiguration(), given);
    // This may be refused, before the table is looked at.
    saved.reports(RunTable.COMPLETIONS.directory());
    ImagesTable table = ImagesTable.open(spark, saved.config().as(CompleteKeys.class).data());
    Complete complete = new Complete(DrawJob.of(spark, saved.on(table), out), table);
    if (Regions.isFolder(complete.keys.region())) {
      complete.ownHoles();
    } else {
      complete.sharedHole();
    }
  }

  private void sharedHole() throws IOException {
    Region region = Regions.on("region", keys.region(), job.model().image().grid());
    Hole.Choice choice = Hole.choose(region, job.orders(), job.model().network());
    Hole hole = choice.hole();
    int atOnce = Math.max(1, keys.draw().how().batchSize() / keys.draws());
    job.tellModel();
    job.out().println(choice.explanation());
    ImageSplit some = table.split(keys.split()).sample(keys.draw().images());
    complete(some, atOnce, images -> new Batch(images, hole), image -> region);
  }

  private void ownHoles() throws IOException {
    MaskFolder folder = MaskFolder.at(job.context(), keys.region(), job.model().image().grid());
    List<String> ids = folder.imageIds();
    ImageSplit masked = table.split(keys.split()).only(ids);
    if (masked.count() != ids.size()) {
      throw new UserError(
          "region=%s has %d masks, but %d of them are of no image of split %s; name each IMAGE_ID.png"
              .formatted(keys.region(), ids.size(), ids.size() - masked.count(), keys.split()));
    }
    folder.require(ids, job.context());
    job.tellModel();
    OrderSet orders = job.orders(); // the tasks need no more of this
    NetworkConfig network = job.model().network();
    complete(
        masked.sample(keys.draw().images()),
        1,
        images ->
            new Batch(images, Hole.choose(folder.of(images.get(0).id()), orders, network).hole()),
        folder::of);
  }

  /**
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
    int draws = keys.draws();
    DrawPlan plan = job.plan(table.name(), keys.split(), draws, atOnce);
    job.tell(
        plan,
        "completing %d images of %s, split %s, %d draws each"
            .formatted(images.count(), table.name(), keys.split(), draws));
    String prefix =
        job.prefix("complete", plan, images.count() + " of " + table.location(), keys.region());
    long batches = (images.count() + atOnce - 1) / atOnce;
    JavaRDD<Batch> all = images.batches(atOnce, job.tasks(batches)).map(toBatch);
    long rows = images.count() * draws;
    Dataset<Row> written =
        job.draw(
            plan, all, prefix, rows, "%d completions of %d images".formatted(rows, images.count()));
    if (keys.draw().how().sheetImages() > 0) {
      writeSheet(prefix, images, written, regionOf);
    }
  }

  /** A column for each image. */
  private void writeSheet(
      String prefix, ImageSplit images, Dataset<Row> written, Function<String, Region> regionOf)
      throws IOException {
    List<Image> truths = images.first(keys.draw().how().sheetImages());
    Object[] ids = truths.stream().map(Image::id).toArray();
    Map<String, List<Row>> rows =
        written.where(written.col("image_id").isin(ids)).orderBy("draw").collectAsList().stream()
            .collect(Collectors.groupingBy(row -> row.getAs("image_id")));
    int draws = keys.draws();
    Region none = Region.none(job.model().image().grid());
    List<Picture> pictures = new ArrayList<>();
    for (Image truth : truths) {
      byte[] pixels = rows.get(truth.id()).get(0).getAs("pixels");
      pictures.add(job.image(pixels, regionOf.apply(truth.id())));
    }
    for (int draw = 0; draw < draws; draw++) {
      for (Image truth : truths) {
        pictures.add(job.image(rows.get(truth.id()).get(draw).getAs("pixels"), none));
      }
    }
    truths.forEach(truth -> pictures.add(job.image(truth.pixels(), none)));
    job.writeSheet(
        prefix,
        truths.size(),
        pictures,
        "from top to bottom what is given, %d draws and the truth".formatted(draws));
  }
}
