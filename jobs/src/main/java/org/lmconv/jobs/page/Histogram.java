package org.lmconv.jobs.page;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Bins of equal width for the nats of images, the same for all runs of a page.
 *
 * @param from where the first bin begins, nats
 * @param width of a bin, nats
 */
record Histogram(double from, double width) {
  private static final int BINS = 40;

  /** Bins for values in a range, of which both ends are in a bin. */
  static Histogram over(double least, double most) {
    return new Histogram(least, most > least ? (most - least) / BINS : 1);
  }

  /** The middles of the bins. */
  List<Double> middles() {
    return IntStream.range(0, BINS).mapToObj(bin -> from + (bin + .5) * width).toList();
  }

  /** How many images are in each bin: [bins]. */
  List<Double> counts(Dataset<Row> nats) {
    List<Double> counts = new ArrayList<>(Collections.nCopies(BINS, 0.0));
    // The greatest value of all is the end of the last bin, and counts as in it.
    nats.groupBy(least(floor(col("nats").minus(from).divide(width)), lit(BINS - 1L)).as("bin"))
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(row -> counts.set((int) row.getLong(0), (double) row.getLong(1)));
    return counts;
  }
}
