package org.lmconv.jobs.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.IngestConfig;
import org.lmconv.jobs.conf.IngestConfig.OnError;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImagesWriter;

/** Writes what one task reads, image by image, to files that no other attempt of a task writes. */
final class PartWriter implements Sink, Closeable {
  private final TaskContext task = TaskContext.get();
  private final IngestConfig config;
  private final Shaping shaping;
  private final Splits splits;
  private final Configuration configuration;
  private final ImagesWriter images;
  private final FaultsWriter faults;
  private final Path faultsPath;
  private final Tally tally = new Tally();

  /**
   * @param prefix of the names of the files
   */
  PartWriter(IngestConfig config, Staging staging, String prefix, Configuration configuration) {
    this.config = config;
    this.shaping = Shaping.of(config);
    this.splits = Splits.of(config);
    this.configuration = configuration;
    this.images = new ImagesWriter(staging.images(), prefix, configuration);
    this.faultsPath = new Path(staging.errors(), prefix + ".parquet");
    this.faults = new FaultsWriter(faultsPath, configuration);
  }

  @Override
  public void image(Found found) throws IOException {
    if (task.isInterrupted()) { // by a fault elsewhere
      throw new TaskKilledException("not wanted any more");
    }
    Pixels pixels = shaping.apply(found.pixels());
    String split = found.split() == null ? splits.of(found.id()) : found.split();
    tally.image(found.id(), split, found.pixels().shape(), pixels.shape());
    images.write(new Image(found.id(), split, found.label(), pixels.values()), pixels.shape());
  }

  @Override
  public void fault(String file, BadFileException fault, long taken) throws IOException {
    if (config.onError() == OnError.FAIL) {
      throw new UserError(
          "%s: %s; mend or remove it, or use ingest.on-error=skip"
              .formatted(file, fault.getMessage()),
          fault);
    }
    tally.fault(fault.getMessage());
    faults.write(file, fault.getMessage(), taken);
  }

  @Override
  public void read(long bytes) {
    tally.bytesRead += bytes;
  }

  @Override
  public long images() {
    return tally.imageCount();
  }

  /** Completes the files and says what is in them. */
  Part finish() throws IOException {
    close();
    List<Path> paths = new ArrayList<>(images.paths());
    for (Path path : paths) {
      tally.bytesWritten += path.getFileSystem(configuration).getFileStatus(path).getLen();
    }
    if (tally.faultCount() > 0) {
      paths.add(faultsPath);
    }
    return new Part(paths.stream().map(Path::getName).toList(), tally);
  }

  @Override
  public void close() throws IOException {
    try {
      images.close();
    } finally {
      faults.close();
    }
  }
}
