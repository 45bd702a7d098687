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
import org.lmconv.jobs.run.MeanNats;
import org.lmconv.orders.PixelOrder;

/**
 * Mean negative log-likelihood of a scoring, under each order and their ensemble.
 *
 * @param plan what was scored, and how
 * @param lines in the order of the orders, the ensemble last
 */
record NllSummary(ScoringPlan plan, List<Line> lines) {

  /**
   * One order.
   *
   * @param order its name, or "ensemble"
   * @param images scored
   * @param nats mean over the images
   * @param standardError of that mean, nats; 0 for a single image
   */
  record Line(String order, long images, double nats, double standardError) {}

  /** Summarises the rows of one scoring. */
  static NllSummary of(Dataset<Row> rows, ScoringPlan plan) {
    List<String> sequence = plan.method().orders().orders().stream().map(PixelOrder::name).toList();
    List<Line> lines =
        rows
            .groupBy("order")
            .agg(count(lit(1)), avg("nats"), stddev_samp("nats"))
            .collectAsList()
            .stream()
            .map(NllSummary::line)
            .sorted(Comparator.comparing(line -> place(sequence, line.order())))
            .toList();
    return new NllSummary(plan, lines);
  }

  /** Images scored. */
  long images() {
    return lines.get(0).images();
  }

  private static Line line(Row row) {
    long images = row.getLong(1);
    double deviation = row.isNullAt(3) ? 0 : row.getDouble(3); // null for one image
    return new Line(row.getString(0), images, row.getDouble(2), deviation / Math.sqrt(images));
  }

  /** The ensemble is in no sequence of orders: last. */
  private static int place(List<String> sequence, String order) {
    int place = sequence.indexOf(order);
    return place < 0 ? sequence.size() : place;
  }

  /** The means, for what shows how a run goes. */
  List<MeanNats> means() {
    return lines.stream()
        .map(
            line ->
                new MeanNats(
                    plan.labels().weights(),
                    line.order(),
                    line.nats(),
                    plan.method().bitsPerDimension(line.nats())))
        .toList();
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
    int width = lines.stream().mapToInt(line -> line.order().length()).max().orElse(0);
    String names = "  %-" + Math.max(12, width) + "s";
    out.printf(names + "  %20s  %12s%n", "order", "nats per image", "bits per dim");
    for (Line line : lines) {
      String nats = "%.2f ± %.2f".formatted(line.nats(), line.standardError());
      double bits = plan.method().bitsPerDimension(line.nats());
      out.printf(names + "  %20s  %12.4f%n", line.order(), nats, bits);
    }
  }
}
