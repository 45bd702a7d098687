package org.lmconv.jobs.score;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.jobs.run.RunTable.NllRow;
import org.lmconv.jobs.score.TaskScorer.Scores;

/**
 * What is scored, and how.
 *
 * @param method how
 * @param labels columns that are the same in every row
 */
record ScoringPlan(ScoringMethod method, Labels labels) implements Serializable {

  /** The rows of an image: one for each order, and one for the ensemble. */
  List<Row> rows(Image image, Scores scores) {
    List<Row> rows = new ArrayList<>();
    for (int order = 0; order < method.orders().size(); order++) {
      float[] map = scores.maps() == null ? null : scores.maps()[order];
      rows.add(row(image, method.orders().get(order).name(), scores.nats()[order], map));
    }
    // Its likelihood is a mean of products over the pixels, so no pixel has a part of it.
    rows.add(row(image, RunTable.ENSEMBLE, method.ensembleNats(scores.nats()), null));
    return rows;
  }

  private Row row(Image image, String order, double nats, float[] map) {
    return RunTable.NLL.row(
        new NllRow(
            labels.runId(),
            labels.round(),
            labels.dataset(),
            labels.split(),
            image.id(),
            image.label(),
            order,
            method.region().name(),
            nats,
            method.bitsPerDimension(nats),
            labels.weights(),
            method.encoder().describeBinarization(),
            method.orderNames(),
            method.ensembleNames(),
            map));
  }

  /** Of the names of files: the same for the same scoring of the same checkpoint. */
  String prefix() {
    return RowFiles.prefix(
        String.join(" ", how()),
        "nll",
        "%06d".formatted(labels.round()),
        labels.dataset(),
        labels.split(),
        labels.weights());
  }

  /**
   * What tells scorings of the same images and weights apart. All of it is in the rows too, so that
   * readers can tell them apart; a file with an order or a mask counts by its name. Maps do not
   * count: with and without them the rows have the same numbers, and a reader who finds both would
   * count each image twice.
   */
  private List<String> how() {
    List<String> how = new ArrayList<>();
    how.add(labels.runId()); // several runs may write their scores to one directory
    how.add(method.orderNames());
    how.add(method.encoder().describeBinarization());
    // Only where they are not the usual ones, so that rows of earlier versions are replaced.
    if (!method.region().name().equals(Regions.ALL)) {
      how.add("region " + method.region().name());
    }
    if (method.leavesOrdersOut()) {
      how.add("ensemble " + method.ensembleNames());
    }
    return how;
  }
}
