package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Checkpoints;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.WorkerParts;
import org.lmconv.model.train.AdamState;

/** Reads what runs left in their folders, and compares it. */
final class RunsOnDisk {
  private final Path folder;

  /**
   * @param folder that holds the folders of the runs
   */
  RunsOnDisk(Path folder) {
    this.folder = folder;
  }

  private Checkpoints checkpoints(String run) throws IOException {
    return RunDirectory.at(new Configuration(), folder.resolve(run).toString()).checkpoints();
  }

  Optional<Path> newest(String run) throws IOException {
    return checkpoints(run).newest().map(path -> Path.of(path.toUri().getPath()));
  }

  int newestRound(String run) {
    try {
      return newest(run)
          .map(path -> Integer.parseInt(path.getFileName().toString().replace("round=", "")))
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void assertSameEnd(String run, String other, int rounds) throws IOException {
    Checkpoint end = end(run, rounds);
    Checkpoint otherEnd = end(other, rounds);
    assertThat(end.state()).isEqualTo(otherEnd.state());
    assertThat(optimisers(end)).isEqualTo(optimisers(otherEnd));
    assertThat(rounds(run)).isEqualTo(rounds(other)).hasSize(rounds);
  }

  private Checkpoint end(String run, int rounds) throws IOException {
    Checkpoint end = Checkpoints.read(new Configuration(), checkpoints(run).newest().orElseThrow());
    assertThat(end.state().round()).isEqualTo(rounds);
    return end;
  }

  /** Those that the workers keep themselves. */
  private static List<AdamState> optimisers(Checkpoint checkpoint) throws IOException {
    if (!(checkpoint.state().inner() instanceof InnerState.Own own)) {
      return List.of();
    }
    return IntStream.range(0, own.workers())
        .mapToObj(
            worker -> {
              try {
                return WorkerParts.read(
                    new Configuration(),
                    checkpoint.directory(),
                    checkpoint.model().newNetwork().layout(),
                    worker,
                    own.step());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  private List<Row> rounds(String run) {
    return TestSpark.session()
        .read()
        .parquet(folder.resolve(run).resolve("rounds").toString())
        .select(
            "round", "images_seen", "local_steps", "train_nats", "learning_rate", "parameter_crc")
        .orderBy("round")
        .collectAsList();
  }
}
