package org.lmconv.jobs.score;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.stddev_samp;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;
import org.lmconv.orders.PixelOrder;

/**
 * Mean negative log-likelihood of a scoring, under each order and their ensemble.
 *
 * @param plan what was scored, and how
 * @param rows in the order of the orders, the ensemble last
 */
record NllSummary(ScoringPlan plan, List<NllSummaryRow> rows) {

  /** Summarises the rows of one scoring. */
  static NllSummary of(Dataset<Row> scored, ScoringPlan plan) {
    List<String> sequence = plan.method().orders().orders().stream().map(PixelOrder::name).toList();
    List<NllSummaryRow> rows =
        scored
            .groupBy("order")
            .agg(count(lit(1)), avg("nats"), stddev_samp("nats"))
            .collectAsList()
            .stream()
            .map(means -> row(plan, means))
            .sorted(Comparator.comparing(row -> place(sequence, row.order())))
            .toList();
    return new NllSummary(plan, rows);
  }

  private static NllSummaryRow row(ScoringPlan plan, Row means) {
    ScoringMethod method = plan.method();
    Labels labels = plan.labels();
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
        plan.scoring());
  }

  /** The ensemble is in no sequence of orders: last. */
  private static int place(List<String> sequence, String order) {
    int place = sequence.indexOf(order);
    return place < 0 ? sequence.size() : place;
  }

  /** Images scored. */
  long images() {
    return rows.get(0).images();
  }

  private String title() {
    ScoringMethod method = plan.method();
    Labels labels = plan.labels();
    boolean bits = method.encoder().binarization() != null;
    return "%d images of %s, split %s%s, after round %d%s%s%s"
        .formatted(
            images(),
            labels.dataset(),
            labels.split(),
            method.leavesPixelsOut() ? ", region " + method.region().name() : "",
            labels.round(),
            bits ? ", binarize=" + method.encoder().describeBinarization() : "",
            labels.weights().equals(Checkpoint.EMA) ? ", moving average of the parameters" : "",
            method.leavesOrdersOut() ? ", ensemble of " + method.ensemble().size() : "");
  }

  void print(PrintStream out) {
    out.println(title());
    int width = rows.stream().mapToInt(row -> row.order().length()).max().orElse(0);
    String names = "  %-" + Math.max(12, width) + "s";
    out.printf(names + "  %20s  %12s%n", "order", "nats per image", "bits per dim");
    for (NllSummaryRow row : rows) {
      String nats = "%.2f ± %.2f".formatted(row.nats(), row.natsSe() == null ? 0 : row.natsSe());
      out.printf(names + "  %20s  %12.4f%n", row.order(), nats, row.bitsPerDim());
    }
  }
}
