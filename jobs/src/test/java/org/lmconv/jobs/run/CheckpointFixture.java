package org.lmconv.jobs.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/** Checkpoints of a tiny network, with random numbers for what training would have made. */
final class CheckpointFixture {
  static final Configuration HADOOP = new Configuration();
  static final ImageShape IMAGE = new ImageShape(1, 4, 5);

  private final Path run;

  CheckpointFixture(Path run) {
    this.run = run;
  }

  static JobConfig config() {
    return TinyRuns.config("train.ema-decay=0.5", "orders=raster/0", "data=tiny images");
  }

  static ModelSpec model(String... words) {
    return TinyRuns.config(words).model().spec(IMAGE);
  }

  static ParameterLayout layout(String... words) {
    return model(words).newNetwork().layout();
  }

  static ParameterVector random(int size, int seed) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Seeds.uniform(seed, i) - 0.5f;
    }
    return new ParameterVector(values);
  }

  static TrainingState state(int round, int size, boolean ema) {
    AdamState adam = new AdamState(3L * round, random(size, round + 1), random(size, round + 2));
    Optional<ParameterVector> average =
        ema ? Optional.of(random(size, round + 3)) : Optional.empty();
    return new TrainingState(
        round,
        5_000_000_000L + round,
        random(size, round),
        new InnerState.Shared(adam),
        Optional.empty(),
        average);
  }

  Checkpoints checkpoints() throws IOException {
    return RunDirectory.at(HADOOP, run.toString()).checkpoints();
  }

  static Manifest manifest(TrainingState state, List<String> parts) {
    return Manifest.of("an id", IMAGE, state, parts, config().text());
  }

  /** Writes a whole checkpoint and returns its directory. */
  Path write(TrainingState state) throws IOException {
    checkpoints().prepare(state.round());
    List<String> parts = checkpoints().writeTensors(layout(), state);
    checkpoints().commit(manifest(state, parts));
    return directory(state.round());
  }

  Path directory(int round) {
    return run.resolve("checkpoints/round=%06d".formatted(round));
  }

  static Checkpoint read(Path directory) throws IOException {
    return Checkpoints.read(HADOOP, new org.apache.hadoop.fs.Path(directory.toString()));
  }

  /** Without the checksum file that Hadoop keeps beside it, as in most stores. */
  static Path part(Path directory, String name) throws IOException {
    Files.delete(directory.resolve("." + name + ".crc"));
    return directory.resolve(name);
  }
}
