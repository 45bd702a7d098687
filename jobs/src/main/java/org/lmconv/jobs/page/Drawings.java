package org.lmconv.jobs.page;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Region;

/**
 * What the newest checkpoint drew, read from the table {@code completions}: some of it.
 *
 * @param completions in the sequence of their regions and images
 * @param samples whole images
 */
record Drawings(List<Completion> completions, List<Picture> samples) {
  private static final int MOST_IMAGES = 12; // of a region
  private static final int MOST_COMPLETIONS = 36;
  private static final int MOST_DRAWS = 6;
  private static final int MOST_SAMPLES = 32;

  /** Of either kind: some 10 MB of PNG. Of large images there are fewer. */
  private static final int MOST_PIXELS = 4 << 20;

  /** What every file of the table has. */
  static final String[] COLUMNS = {
    "round",
    "image_id",
    "order",
    "region",
    "draw",
    "nats",
    "height",
    "width",
    "channels",
    "pixels",
    "dataset"
  };

  private static final List<String> COMPLETION = List.of("region", "order", "dataset", "image_id");

  /**
   * An image and its draws.
   *
   * @param region that was drawn
   * @param order in which it was
   * @param imageId of the image
   * @param given the image with its hole; null where the image or the hole is not known any more
   * @param draws in the sequence of their numbers
   * @param truth the image as the model sees it; null where it is not known any more
   */
  record Completion(
      String region,
      String order,
      String imageId,
      Picture given,
      List<Picture> draws,
      Picture truth) {}

  /** Reads the table. */
  static Drawings of(Dataset<Row> table, Images images) {
    Row whole = table.agg(max("round"), max(col("height").multiply(col("width")))).first();
    int newest = whole.getInt(0);
    int pixels = whole.getInt(1);
    Dataset<Row> rows = table.where(col("round").equalTo(newest));
    return new Drawings(
        completions(
            rows.where(col("region").notEqual(Regions.ALL)),
            images,
            fitting(MOST_COMPLETIONS, pixels * (MOST_DRAWS + 2))),
        samples(rows.where(col("region").equalTo(Regions.ALL)), fitting(MOST_SAMPLES, pixels)));
  }

  private static int fitting(int most, int pixels) {
    return Math.max(1, Math.min(most, MOST_PIXELS / pixels));
  }

  private static List<Picture> samples(Dataset<Row> rows, int most) {
    return rows.orderBy("image_id", "draw").limit(most).collectAsList().stream()
        .map(row -> picture(row, "sample under " + row.getAs("order"), ""))
        .toList();
  }

  private static List<Completion> completions(Dataset<Row> rows, Images images, int most) {
    Column[] key = columns(COMPLETION);
    // First without the pixels, which may be many.
    Dataset<Row> chosen =
        rows.select(key)
            .distinct()
            .withColumn(
                "place",
                row_number()
                    .over(Window.partitionBy("region", "order").orderBy("dataset", "image_id")))
            .where(col("place").leq(MOST_IMAGES))
            .orderBy(key)
            .limit(most)
            .drop("place");
    Map<List<String>, List<Row>> draws = new LinkedHashMap<>();
    rows.join(chosen, COMPLETION.toArray(String[]::new))
        .orderBy(columns(List.of("region", "order", "dataset", "image_id", "draw")))
        .collectAsList()
        .forEach(
            row ->
                draws
                    .computeIfAbsent(
                        COMPLETION.stream().map(row::<String>getAs).toList(),
                        of -> new ArrayList<>())
                    .add(row));
    return completions(draws, images);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private static List<Completion> completions(Map<List<String>, List<Row>> draws, Images images) {
    Map<String, TreeSet<String>> ids = new LinkedHashMap<>();
    draws
        .keySet()
        .forEach(key -> ids.computeIfAbsent(key.get(2), of -> new TreeSet<>()).add(key.get(3)));
    Map<String, Map<String, Images.Found>> truths = new LinkedHashMap<>();
    ids.forEach((dataset, of) -> truths.put(dataset, images.find(dataset, of)));
    List<Completion> completions = new ArrayList<>();
    draws.forEach(
        (key, rows) ->
            completions.add(completion(key, rows, truths.get(key.get(2)).get(key.get(3)), images)));
    return completions;
  }

  private static Completion completion(
      List<String> key, List<Row> rows, Images.Found found, Images images) {
    String region = key.get(0);
    String id = key.get(3);
    List<Picture> draws =
        rows.stream()
            .limit(MOST_DRAWS)
            .map(
                row ->
                    picture(
                        row,
                        "draw %d of %s".formatted(row.<Integer>getAs("draw"), id),
                        "%.1f".formatted(row.<Double>getAs("nats"))))
            .toList();
    if (found == null || !found.shape().equals(shape(rows.get(0)))) {
      return new Completion(region, key.get(1), id, null, draws, null);
    }
    byte[] truth = images.seen(found);
    Region hole = hole(region, found.shape());
    return new Completion(
        region,
        key.get(1),
        id,
        hole == null
            ? null
            : Picture.of(found.shape(), truth, hole, id + " with its hole", "given"),
        draws,
        Picture.of(found.shape(), truth, null, id + " itself", "truth"));
  }

  /** The region of a name, or null: the file of a mask is not kept with the rows. */
  private static Region hole(String region, ImageShape shape) {
    try {
      return Region.parse(region, shape.grid());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Picture picture(Row row, String text, String caption) {
    return Picture.of(shape(row), row.getAs("pixels"), null, text, caption);
  }

  private static ImageShape shape(Row row) {
    int channels = row.getAs("channels");
    return new ImageShape(channels, row.getAs("height"), row.getAs("width"));
  }
}
