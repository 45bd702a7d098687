package org.lmconv.jobs.ingest;

import java.util.List;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.IngestConfig;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.IngestKeys;

/**
 * What to ingest and where to.
 *
 * @param source kind of the files: one of {@link #SOURCES}
 * @param path file or directory to read
 * @param data directory to write the images table to; it must not exist
 * @param config how
 */
public record IngestOptions(String source, String path, String data, IngestConfig config) {
  /** The kinds that are known. */
  static final List<String> SOURCES = List.of("mnist", "cifar10", "celebahq", "images", "table");

  private static final String DIGITS = "digits"; // the default of other commands

  /**
   * @throws UserError if the source is unknown, a place is missing, or a key is not for this source
   */
  public IngestOptions {
    String known = String.join(", ", SOURCES);
    refuseEmpty("source", source, "the kind of files to read, one of " + known);
    if (!SOURCES.contains(source)) {
      throw new UserError("source=%s is unknown; known are %s".formatted(source, known));
    }
    refuseEmpty("path", path, "the files to read, such as path=" + source);
    String table = DIGITS.equals(data) ? "" : data;
    refuseEmpty("data", table, "the images table to write, such as data=data/" + source);
    if (source.equals("mnist")) {
      refuse(!config.size().isEmpty(), "ingest.size", config.size(), "sources other than mnist");
      refuse(
          config.channels() != 0, "ingest.channels", config.channels(), "sources other than mnist");
    } else {
      refuse(config.trainImages() > 0, "ingest.train-images", config.trainImages(), "source=mnist");
      refuse(config.testImages() > 0, "ingest.test-images", config.testImages(), "source=mnist");
    }
  }

  /** Those of a configuration. */
  public static IngestOptions of(JobConfig config) {
    IngestKeys keys = config.as(IngestKeys.class);
    return new IngestOptions(keys.source(), keys.path(), keys.data(), keys.ingest());
  }

  private static void refuseEmpty(String key, String value, String remedy) {
    if (value == null || value.isEmpty()) {
      throw new UserError("ingest lacks the key %s: %s".formatted(key, remedy));
    }
  }

  private static void refuse(boolean given, String key, Object value, String sources) {
    if (given) {
      throw new UserError("%s=%s is for %s; leave it out".formatted(key, value, sources));
    }
  }
}
