package org.lmconv.jobs.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lmconv.model.parameter.ParameterVector;

/**
 * Sums the results of workers as they arrive, but always in the order of the workers, so that the
 * result does not depend on who was first. What arrives early waits.
 */
final class OrderedSum {
  private final RoundStart start;
  private final WorkerResult[] waiting;
  private final WorkerReport[] reports;
  private final List<WeightedAverage> sums = new ArrayList<>();
  private int next;
  private boolean failed;
  private long bytes;

  OrderedSum(RoundStart start, int workers) {
    this.start = start;
    this.waiting = new WorkerResult[workers];
    this.reports = new WorkerReport[workers];
  }

  /** Takes the result of a worker, once. */
  void accept(int worker, WorkerResult result) {
    if (reports[worker] != null) {
      throw new IllegalStateException("worker " + worker + " came twice");
    }
    reports[worker] = result.report();
    bytes += result.bytes();
    failed |= result.vectors().isEmpty();
    waiting[worker] = result;
    while (next < waiting.length && waiting[next] != null) {
      add(waiting[next]);
      waiting[next++] = null; // 4 bytes per parameter that are not needed any more
    }
  }

  private void add(WorkerResult result) {
    if (failed) {
      return;
    }
    for (int i = 0; i < result.vectors().size(); i++) {
      Packed vector = result.vectors().get(i);
      if (sums.size() == i) {
        sums.add(new WeightedAverage(vector.size()));
      }
      sums.get(i).add(vector, Exchange.weight(start, result.report()));
    }
  }

  /** What came together; all workers must have been there. */
  Combined combined() {
    if (next < waiting.length) {
      throw new IllegalStateException("worker " + next + " is missing");
    }
    List<ParameterVector> vectors =
        failed
            ? List.of()
            : sums.stream().map(sum -> new ParameterVector(Exchange.total(start, sum))).toList();
    return new Combined(Arrays.asList(reports), vectors, bytes, bytes);
  }
}
