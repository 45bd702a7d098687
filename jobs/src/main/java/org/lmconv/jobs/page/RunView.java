package org.lmconv.jobs.page;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.page.Scores.Key;
import org.lmconv.jobs.page.Scores.Scoring;
import org.lmconv.jobs.run.Manifest;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.model.ImageShape;

/**
 * What the page shows of one run.
 *
 * @param name short, and different from those of the other runs of the page
 * @param location of its directory, as users write it
 * @param rounds that it trained, together, if it did
 * @param scores of its checkpoints, if there are any
 * @param drawings of its newest checkpoint that drew, if one did
 * @param orders that it was trained in, or why they cannot be drawn
 * @param extremes images of the main scoring; none without one
 */
record RunView(
    String name,
    String location,
    JobConfig config,
    Optional<Row> rounds,
    Optional<Scores> scores,
    Optional<Drawings> drawings,
    OrderGallery orders,
    Extremes extremes) {
  private static final int MOST_EXTREMES = 12; // of either kind

  /**
   * An image and its nats under the ensemble.
   *
   * @param label its class; null where it has none
   * @param picture null where the images table is not there any more
   */
  record ScoredImage(String id, Integer label, double nats, InlinePicture picture) {}

  /**
   * Reads the tables of a run.
   *
   * @throws UserError if the directory is no run, or a table is damaged
   */
  static RunView read(SparkSession spark, RunTables tables, String path, String name)
      throws IOException {
    RunDirectory run = RunDirectory.at(spark.sparkContext().hadoopConfiguration(), path);
    JobConfig config =
        run.config()
            .orElseThrow(
                () ->
                    new UserError(
                        "run=%s: there is no run; train one, or name another run=DIR"
                            .formatted(path)));
    Images images = new Images(spark, config);
    Optional<Scores> scores =
        tables.add(name, run.root(), RunTable.NLL).map(rows -> Scores.of(tables, name));
    Optional<Drawings> drawings =
        tables.add(name, run.root(), RunTable.COMPLETIONS).map(rows -> Drawings.of(rows, images));
    Extremes extremes =
        scores
            .flatMap(all -> all.main().map(main -> Extremes.of(tables, name, main, images)))
            .orElse(new Extremes(List.of(), List.of()));
    return new RunView(
        name,
        run.location(),
        config,
        tables
            .add(name, run.root(), RunTable.ROUNDS)
            .map(rows -> tables.rows(RoundCharts.totals(name)).get(0)),
        scores,
        drawings,
        OrderGallery.of(config, shape(run)),
        extremes);
  }

  /** Of the images, if there is a checkpoint that says it. */
  private static Optional<ImageShape> shape(RunDirectory run) throws IOException {
    return run.checkpoints().newestManifest().map(Manifest::image);
  }

  /** The images that a scoring finds likeliest and least likely, from the outermost on. */
  record Extremes(List<ScoredImage> best, List<ScoredImage> worst) {
    private static final String IMAGES =
        """
        SELECT image_id, label, nats FROM nll t WHERE t.order = 'ensemble' AND %s
        ORDER BY nats %s, image_id LIMIT %d\
        """;

    static Extremes of(RunTables tables, String run, Scoring main, Images images) {
      // Of few images not all of them twice.
      int shown = (int) Math.min(MOST_EXTREMES, Math.max(1, main.images() / 2));
      List<Row> best = tables.rows(IMAGES.formatted(main.key().of(run), "ASC", shown));
      List<Row> worst = tables.rows(IMAGES.formatted(main.key().of(run), "DESC", shown));
      List<String> ids =
          Stream.concat(best.stream(), worst.stream())
              .map(row -> row.<String>getAs("image_id"))
              .distinct()
              .toList();
      Map<String, Images.Found> found = images.find(main.key().dataset(), ids);
      return new Extremes(
          best.stream().map(row -> scored(row, found)).toList(),
          worst.stream().map(row -> scored(row, found)).toList());
    }
  }

  private static ScoredImage scored(Row row, Map<String, Images.Found> found) {
    String id = row.getAs("image_id");
    Integer label = row.getAs("label");
    double nats = row.getAs("nats");
    Images.Found image = found.get(id);
    String text = label == null ? id : id + ", class " + label;
    return new ScoredImage(
        id,
        label,
        nats,
        image == null
            ? null
            : InlinePicture.of(
                image.shape(), image.image().pixels(), text, "%.1f".formatted(nats)));
  }

  /** The scoring that stands for the run, if it has one. */
  Optional<Scoring> mainScoring() {
    return scores.flatMap(Scores::main);
  }

  /** Scorings of the same images in several rounds, by round; the most interesting first. */
  List<List<Scoring>> evaluations() {
    Map<Key, List<Scoring>> evaluations = new LinkedHashMap<>();
    for (Scoring scoring : scores.map(Scores::scorings).orElse(List.of())) {
      if (scoring.key().wholeImages()) {
        evaluations
            .computeIfAbsent(scoring.key().ofRound(0), key -> new ArrayList<>())
            .add(scoring);
      }
    }
    evaluations.values().forEach(of -> of.sort(comparing(scoring -> scoring.key().round())));
    return List.copyOf(evaluations.values());
  }
}
