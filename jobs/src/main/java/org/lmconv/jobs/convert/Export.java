package org.lmconv.jobs.convert;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.ExportKeys;
import org.lmconv.jobs.format.Safetensors;
import org.lmconv.jobs.format.Safetensors.Part;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.Manifest;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.run.Storage.WholeFile;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.run.WorkerParts;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * The command {@code export}: writes a checkpoint as safetensors, which the libraries of most
 * languages read, bit for bit. DJL's own format is none of the choices: it needs a Block of DJL,
 * which the network here is not.
 */
public final class Export {
  private static final String EXTENSION = ".safetensors";

  // What comes before a parameter's name, by what the tensor is of it. Nothing for itself: readers
  // that know nothing of training find the parameters under their own names.
  static final String PARAMETER = "";
  static final String EMA = "ema.";
  static final String OUTER_MOMENTUM = "outer_momentum.";
  static final List<String> ADAM = List.of("adam_m.", "adam_v.");

  private Export() {}

  /** Prefixes of the optimiser that a worker keeps. */
  static List<String> ofWorker(int worker) {
    return ADAM.stream().map(each -> "worker_%d.%s".formatted(worker, each)).toList();
  }

  /** All prefixes but that of the parameters. */
  static List<String> others(int workers) {
    return Stream.concat(
            Stream.concat(Stream.of(EMA, OUTER_MOMENTUM), ADAM.stream()),
            IntStream.range(0, workers).mapToObj(Export::ofWorker).flatMap(List::stream))
        .toList();
  }

  /**
   * Writes the file.
   *
   * @throws UserError if there is no such checkpoint, or the file is there already or cannot be
   *     written
   */
  public static void run(JobConfig given, PrintStream out) throws IOException {
    ExportKeys keys = given.as(ExportKeys.class);
    String to = keys.to();
    if (!to.endsWith(EXTENSION)) {
      throw new UserError("to=%s: name a file that ends in %s".formatted(to, EXTENSION));
    }
    Configuration hadoop = SparkSessions.files();
    WholeFile file = WholeFile.at(hadoop, "to", to);
    Checkpoint checkpoint = SavedModel.read(hadoop, given).checkpoint();
    boolean weightsOnly = keys.weightsOnly();
    ParameterLayout layout = checkpoint.model().newNetwork().layout();
    List<Part> parts =
        weightsOnly
            ? List.of(part(PARAMETER, checkpoint.weights()))
            : all(hadoop, checkpoint, layout);
    Map<String, String> metadata = metadata(checkpoint, weightsOnly);
    Path written = file.write(stream -> Safetensors.write(stream, metadata, layout, parts));
    out.printf("checkpoint %s%n", RunDirectory.location(checkpoint.directory()));
    out.printf(
        "%d tensors (%s) are in %s%n",
        layout.specs().size() * parts.stream().mapToInt(part -> part.prefixes().size()).sum(),
        weightsOnly ? checkpoint.weightsName() + " only" : "all that training needs to go on",
        RunDirectory.location(written));
  }

  private static List<Part> all(
      Configuration hadoop, Checkpoint checkpoint, ParameterLayout layout) {
    TrainingState state = checkpoint.state();
    List<Part> parts = new ArrayList<>();
    parts.add(part(PARAMETER, state.parameters()));
    state.ema().ifPresent(ema -> parts.add(part(EMA, ema)));
    state.outerMomentum().ifPresent(momentum -> parts.add(part(OUTER_MOMENTUM, momentum)));
    if (state.inner() instanceof InnerState.Shared shared) {
      parts.add(new Part(ADAM, () -> moments(shared.adam())));
    }
    if (state.inner() instanceof InnerState.Own own) {
      Path directory = checkpoint.directory();
      for (int each = 0; each < own.workers(); each++) {
        int worker = each;
        Part.Source source =
            () -> moments(WorkerParts.read(hadoop, directory, layout, worker, own.step()));
        parts.add(new Part(ofWorker(worker), source));
      }
    }
    return parts;
  }

  private static Part part(String prefix, ParameterVector vector) {
    return new Part(List.of(prefix), () -> List.of(vector));
  }

  private static List<ParameterVector> moments(AdamState adam) {
    return List.of(adam.m(), adam.v());
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
