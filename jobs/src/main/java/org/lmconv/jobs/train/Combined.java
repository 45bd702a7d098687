package org.lmconv.jobs.train;

import java.util.List;
import org.lmconv.model.parameter.ParameterVector;

/**
 * What all workers made of a round, together.
 *
 * @param reports in the order of the workers
 * @param vectors summed, or averaged with the images as weights; none if a worker failed
 * @param sentBytes of vectors that the workers sent
 * @param driverBytes of vectors that the driver received
 */
record Combined(
    List<WorkerReport> reports, List<ParameterVector> vectors, long sentBytes, long driverBytes) {
  long images() {
    return reports.stream().mapToLong(WorkerReport::images).sum();
  }
}
