package org.lmconv.jobs.convert;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Manifest;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.run.WholeFile;
import org.lmconv.jobs.run.WorkerParts;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;
import org.lmconv.model.train.InnerState;
import org.lmconv.model.train.TrainingState;

/**
 * The command {@code export}: writes a checkpoint as safetensors, which the libraries of most
 * languages read, bit for bit. DJL's own format is none of the choices: it needs a Block of DJL,
 * which the network here is not.
 */
public final class Export {
  private static final String EXTENSION = ".safetensors";

  private Export() {}

  /**
   * Writes the file.
   *
   * @throws UserError if there is no such checkpoint, or the file is there already or cannot be
   *     written
   */
  public static void run(JobConfig given, PrintStream out) throws IOException {
    String to = given.transfer().to();
    if (!to.endsWith(EXTENSION)) {
      throw new UserError("to=%s: name a file that ends in %s".formatted(to, EXTENSION));
    }
    Configuration hadoop = SparkSessions.files();
    WholeFile file = WholeFile.at(hadoop, "to", to);
    Checkpoint checkpoint = SavedModel.read(hadoop, given).checkpoint();
    SafetensorsWriter writer = new SafetensorsWriter(checkpoint.model().newNetwork().layout());
    boolean weightsOnly = given.transfer().weightsOnly();
    if (weightsOnly) {
      writer.add(List.of(Parts.PARAMETER), () -> List.of(checkpoint.weights()));
    } else {
      addAll(writer, hadoop, checkpoint);
    }
    Map<String, String> metadata = metadata(checkpoint, weightsOnly);
    Path written = file.write(stream -> writer.write(metadata, stream));
    out.printf("checkpoint %s%n", RunDirectory.location(checkpoint.directory()));
    out.printf(
        "%d tensors (%s) are in %s%n",
        writer.tensors(),
        weightsOnly ? checkpoint.weightsName() + " only" : "all that training needs to go on",
        RunDirectory.location(written));
  }

  private static void addAll(
      SafetensorsWriter writer, Configuration hadoop, Checkpoint checkpoint) {
    TrainingState state = checkpoint.state();
    writer.add(List.of(Parts.PARAMETER), () -> List.of(state.parameters()));
    add(writer, Parts.EMA, state.ema());
    add(writer, Parts.OUTER_MOMENTUM, state.outerMomentum());
    if (state.inner() instanceof InnerState.Shared shared) {
      writer.add(
          List.of(Parts.ADAM_M, Parts.ADAM_V), () -> List.of(shared.adam().m(), shared.adam().v()));
    }
    if (state.inner() instanceof InnerState.Own own) {
      ParameterLayout layout = checkpoint.model().newNetwork().layout();
      for (int each = 0; each < own.workers(); each++) {
        int worker = each;
        writer.add(
            Parts.ofWorker(worker),
            () -> {
              AdamState adam =
                  WorkerParts.read(hadoop, checkpoint.directory(), layout, worker, own.step());
              return List.of(adam.m(), adam.v());
            });
      }
    }
  }

  private static void add(
      SafetensorsWriter writer, String prefix, Optional<ParameterVector> vector) {
    vector.ifPresent(values -> writer.add(List.of(prefix), () -> List.of(values)));
  }

  private static Map<String, String> metadata(Checkpoint checkpoint, boolean weightsOnly) {
    Manifest manifest = checkpoint.manifest();
    int workers = weightsOnly ? 0 : manifest.workerParts().size();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt"); // what Hugging Face's readers ask for
    metadata.put("lmconv.format", "1");
    metadata.put("lmconv.run-id", manifest.runId());
    metadata.put("lmconv.code-version", manifest.codeVersion());
    metadata.put("lmconv.written", manifest.written());
    metadata.put("lmconv.weights", weightsOnly ? checkpoint.weightsName() : Checkpoint.PARAMETERS);
    metadata.put("lmconv.round", String.valueOf(manifest.round()));
    metadata.put("lmconv.images-seen", String.valueOf(manifest.imagesSeen()));
    metadata.put("lmconv.adam-step", String.valueOf(weightsOnly ? 0 : manifest.adamStep()));
    metadata.put("lmconv.workers", String.valueOf(workers));
    metadata.put("lmconv.height", String.valueOf(manifest.image().height()));
    metadata.put("lmconv.width", String.valueOf(manifest.image().width()));
    metadata.put("lmconv.channels", String.valueOf(manifest.image().channels()));
    metadata.put("lmconv.config", manifest.config());
    return metadata;
  }
}
