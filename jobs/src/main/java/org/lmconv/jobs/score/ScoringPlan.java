package org.lmconv.jobs.score;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
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
 * @param scoring identity of the method and the images; the same for every checkpoint
 */
record ScoringPlan(ScoringMethod method, Labels labels, String scoring) implements Serializable {

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
            map,
            scoring));
  }

  /** Of the names of files: the same for the same scoring of the same checkpoint. */
  String prefix() {
    return RowFiles.prefix(
        RowFiles.identity(labels, scoring), // several runs may write their scores to one directory
        "nll",
        "%06d".formatted(labels.round()),
        labels.dataset(),
        labels.split(),
        labels.weights());
  }
}
