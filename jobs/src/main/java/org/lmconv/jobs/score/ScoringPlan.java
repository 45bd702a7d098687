package org.lmconv.jobs.score;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.stddev_samp;

import java.io.PrintStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.jobs.run.RunTable.NllRow;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;
import org.lmconv.jobs.score.TaskScorer.Scores;

/**
 * What is scored, and how; so what the rows are, and their means.
 *
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

  /** The means of rows, in the order of the orders, the ensemble last. */
  List<NllSummaryRow> summarise(Dataset<Row> scored) {
    List<String> names = new ArrayList<>();
    method.orders().orders().forEach(order -> names.add(order.name()));
    names.add(RunTable.ENSEMBLE);
    Dataset<Row> means =
        scored.groupBy("order").agg(count(lit(1)), avg("nats"), stddev_samp("nats"));
    return means.collectAsList().stream()
        .map(this::summary)
        .sorted(Comparator.comparing(row -> names.indexOf(row.order())))
        .toList();
  }

  private NllSummaryRow summary(Row means) {
    long images = means.getLong(1);
    double nats = means.getDouble(2);
    // One image says nothing of other ones.
    Double error = images == 1 ? null : means.getDouble(3) / Math.sqrt(images);
    return new NllSummaryRow(
        labels.runId(),
        labels.round(),
        labels.dataset(),
        labels.split(),
        means.getString(0),
        method.region().name(),
        images,
        nats,
        error,
        method.bitsPerDimension(nats),
        error == null ? null : method.bitsPerDimension(error),
        labels.weights(),
        method.encoder().describeBinarization(),
        method.orderNames(),
        method.ensembleNames(),
        scoring);
  }

  void print(List<NllSummaryRow> means, PrintStream out) {
    out.println(title(means.get(0).images()));
    int width = means.stream().mapToInt(row -> row.order().length()).max().orElse(0);
    String names = "  %-" + Math.max(12, width) + "s";
    out.printf(names + "  %20s  %12s%n", "order", "nats per image", "bits per dim");
    for (NllSummaryRow row : means) {
      String nats = "%.2f ± %.2f".formatted(row.nats(), row.natsSe() == null ? 0 : row.natsSe());
      out.printf(names + "  %20s  %12.4f%n", row.order(), nats, row.bitsPerDim());
    }
  }

  private String title(long images) {
    boolean bits = method.encoder().binarization() != null;
    return "%d images of %s, split %s%s, after round %d%s%s%s"
        .formatted(
            images,
            labels.dataset(),
            labels.split(),
            method.leavesPixelsOut() ? ", region " + method.region().name() : "",
            labels.round(),
            bits ? ", binarize=" + method.encoder().describeBinarization() : "",
            labels.weights().equals(Checkpoint.EMA) ? ", moving average of the parameters" : "",
            method.leavesOrdersOut() ? ", ensemble of " + method.ensemble().size() : "");
  }
}
