package org.lmconv.jobs.train;

import java.util.ArrayList;
import java.util.List;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;

/**
 * The vectors of all workers of a round, added in the order of the workers: gradients, which are
 * sums over images already, are summed; ways and moments are averaged over the images. Sums are in
 * double: the average of equal float32 vectors is then that vector, bit for bit.
 */
final class VectorSums {
  private final boolean gradients;
  private final List<double[]> sums = new ArrayList<>();
  private double weights;
  private boolean failed;

  VectorSums(RoundStart start) {
    gradients = start.localSteps() == 1;
  }

  /** Adds what one worker made: no vectors if it failed. */
  void add(WorkerReport report, List<Packed> vectors) {
    failed |= vectors.isEmpty();
    if (failed) {
      return;
    }
    double weight = gradients ? 1 : report.images();
    for (int i = 0; i < vectors.size(); i++) {
      if (sums.size() == i) {
        sums.add(new double[vectors.get(i).size()]);
      }
      add(vectors.get(i), weight, sums.get(i));
    }
    weights += weight;
  }

  private static void add(Packed vector, double weight, double[] sum) {
    if (vector.size() != sum.length) {
      throw new IllegalArgumentException(
          "cannot average %d elements with %d".formatted(sum.length, vector.size()));
    }
    vector.addTo(sum, weight);
  }

  /** The sums or the averages; none if a worker failed. */
  List<float[]> totals() {
    return failed ? List.of() : sums.stream().map(this::total).toList();
  }

  private float[] total(double[] sum) {
    double divisor = gradients ? 1 : weights;
    float[] values = new float[sum.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (sum[i] / divisor);
    }
    return values;
  }
}
