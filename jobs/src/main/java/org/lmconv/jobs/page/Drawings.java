package org.lmconv.jobs.page;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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
record Drawings(List<Completion> completions, List<InlinePicture> samples) {
  private static final int MOST_IMAGES = 12; // of a region
  private static final int MOST_COMPLETIONS = 36;
  private static final int MOST_DRAWS = 6;
  private static final int MOST_SAMPLES = 32;

  /** Of either kind: some 10 MB of PNG. Of large images there are fewer. */
  private static final int MOST_PIXELS = 4 << 20;

  /** What the completions of a command have in common. */
  private static final List<String> COMMAND =
      List.of("region", "order", "dataset", "seed", "mixture_temperature", "scale_temperature");

  /** What the draws of an image have in common. */
  private static final List<String> KEY =
      Stream.concat(COMMAND.stream(), Stream.of("image_id")).toList();

  /**
   * An image that a command completed; components are columns.
   *
   * @param how the temperatures, unless they are 1, and the seed
   */
  private record Key(String region, String order, String how, String dataset, String imageId) {
    static Key of(Row row) {
      double mixture = row.getAs("mixture_temperature");
      double scale = row.getAs("scale_temperature");
      return new Key(
          row.getAs("region"),
          row.getAs("order"),
          (mixture == 1 && scale == 1 ? "" : "temperatures %s and %s, ".formatted(mixture, scale))
              + "seed "
              + row.<Long>getAs("seed"),
          row.getAs("dataset"),
          row.getAs("image_id"));
    }
  }

  /**
   * An image and its draws.
   *
   * @param region that was drawn
   * @param order in which it was
   * @param how with what temperatures and seed
   * @param imageId of the image
   * @param given the image with its hole; null where the image or the hole is not known any more
   * @param draws in the sequence of their numbers
   * @param truth the image as the model sees it; null where it is not known any more
   */
  record Completion(
      String region,
      String order,
      String how,
      String imageId,
      InlinePicture given,
      List<InlinePicture> draws,
      InlinePicture truth) {}

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

  private static List<InlinePicture> samples(Dataset<Row> rows, int most) {
    return rows.orderBy("image_id", "draw").limit(most).collectAsList().stream()
        .map(row -> picture(row, "sample under " + row.getAs("order"), ""))
        .toList();
  }

  private static List<Completion> completions(Dataset<Row> rows, Images images, int most) {
    // First without the pixels, which may be many.
    Column place = row_number().over(Window.partitionBy(columns(COMMAND)).orderBy("image_id"));
    Dataset<Row> chosen =
        rows.select(columns(KEY))
            .distinct()
            .withColumn("place", place)
            .where(col("place").leq(MOST_IMAGES))
            .orderBy(columns(KEY))
            .limit(most)
            .drop("place");
    Map<Key, List<Row>> draws = new LinkedHashMap<>();
    rows.join(chosen, KEY.toArray(String[]::new))
        .orderBy(columns(Stream.concat(KEY.stream(), Stream.of("draw")).toList()))
        .collectAsList()
        .forEach(row -> draws.computeIfAbsent(Key.of(row), key -> new ArrayList<>()).add(row));
    return completions(draws, images);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private static List<Completion> completions(Map<Key, List<Row>> draws, Images images) {
    Map<String, Set<String>> ids = new LinkedHashMap<>();
    draws
        .keySet()
        .forEach(
            key -> ids.computeIfAbsent(key.dataset(), of -> new TreeSet<>()).add(key.imageId()));
    Map<String, Map<String, Images.Found>> truths = new LinkedHashMap<>();
    ids.forEach((dataset, of) -> truths.put(dataset, images.find(dataset, of)));
    return draws.entrySet().stream()
        .map(
            entry ->
                completion(
                    entry.getKey(),
                    entry.getValue(),
                    truths.get(entry.getKey().dataset()).get(entry.getKey().imageId()),
                    images))
        .toList();
  }

  private static Completion completion(Key key, List<Row> rows, Images.Found found, Images images) {
    String id = key.imageId();
    List<InlinePicture> draws =
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
      return new Completion(key.region(), key.order(), key.how(), id, null, draws, null);
    }
    byte[] truth = images.seen(found);
    Region hole = hole(key.region(), found.shape());
    return new Completion(
        key.region(),
        key.order(),
        key.how(),
        id,
        hole == null
            ? null
            : InlinePicture.of(found.shape(), truth, hole, id + " with its hole", "given"),
        draws,
        InlinePicture.of(found.shape(), truth, id + " itself", "truth"));
  }

  /** The region of a name, or null: the file of a mask is not kept with the rows. */
  private static Region hole(String region, ImageShape shape) {
    try {
      return Region.parse(region, shape.grid());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static InlinePicture picture(Row row, String text, String caption) {
    return InlinePicture.of(shape(row), row.getAs("pixels"), text, caption);
  }

  private static ImageShape shape(Row row) {
    int channels = row.getAs("channels");
    return new ImageShape(channels, row.getAs("height"), row.getAs("width"));
  }
}
