package org.lmconv.jobs.ingest;

import org.lmconv.jobs.conf.IngestConfig;
import org.lmconv.model.Seeds;

/**
 * Deals images to splits by a hash of their ids, so that each stays where it is when others come.
 *
 * @param validation share of the images, 0 to below 1
 * @param test share of the images, 0 to below 1
 */
record Splits(double validation, double test) {

  static Splits of(IngestConfig config) {
    return new Splits(config.validationShare(), config.testShare());
  }

  /** {@code train}, {@code validation} or {@code test}. */
  String of(String id) {
    float place = Seeds.uniform(Seeds.of(0, Seeds.Purpose.SPLIT, Seeds.of(id)), 0);
    if (place < test) {
      return "test";
    }
    return place < test + validation ? "validation" : "train";
  }
}
