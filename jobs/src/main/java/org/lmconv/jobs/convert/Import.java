package org.lmconv.jobs.convert;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.ImportKeys;
import org.lmconv.jobs.format.PthFile;
import org.lmconv.jobs.format.Safetensors;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.NewRun;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterLayout;

/** The command {@code import}: makes a run of a checkpoint that another program wrote. */
public final class Import {
  /** What a file tells of a configuration; the user's own words win. */
  private static final String[] TOLD = {
    "data", "orders", "binarize", "binarize-seed", "seed", "model", "train"
  };

  static final int MOST_ROUNDS = 999_999_999;

  private final JobConfig given;
  private final ImportKeys keys;
  private final PrintStream out;
  private final Configuration hadoop = SparkSessions.files();

  private Import(JobConfig given, PrintStream out) {
    this.given = given;
    this.keys = given.as(ImportKeys.class);
    this.out = out;
  }

  /**
   * What a file holds, understood.
   *
   * @param origin what the file is, in a few words
   * @param told the configuration that it tells
   * @param image shape of the images that the model was trained on
   * @param notes what the user should know, a line each
   * @param loader reads the tensors of a network
   */
  record Imported(
      String origin, JobConfig told, ImageShape image, List<String> notes, Loader loader) {
    record Tensors(TrainingState state, NewRun.WorkerStates workers) {}

    @FunctionalInterface
    interface Loader {
      Tensors load(ParameterLayout layout) throws IOException;
    }
  }

  /**
   * Reads all of the file, then writes the run.
   *
   * @throws UserError if the file is no checkpoint of such a network, or not whole, or the run is
   *     there already or cannot be written; nothing is written then
   */
  public static void run(JobConfig given, PrintStream out) throws IOException {
    new Import(given, out).run();
  }

  private void run() throws IOException {
    if (!given.gives("run")) {
      throw new UserError("run is not given; name the folder of the run to make with run=DIR");
    }
    NewRun run = NewRun.at(hadoop, "run", keys.run());
    try (LocalCopy local = LocalCopy.of(hadoop, keys.from())) {
      String name = "from=" + keys.from();
      if (Safetensors.isOne(local.path())) {
        try (Safetensors file = Safetensors.open(local.path(), name)) {
          make(run, new SafetensorsImport(file, name).read());
        }
      } else {
        try (PthFile pth = PthFile.open(local.path(), name)) {
          make(run, new AuthorsImport(pth, name).read());
        }
      }
    }
  }

  private void make(NewRun run, Imported imported) throws IOException {
    JobConfig config = given.over(imported.told(), TOLD);
    ModelSpec model = config.model().spec(imported.image());
    ParameterLayout layout = layout(model);
    Imported.Tensors tensors = imported.loader().load(layout);
    if (!tensors.state().parameters().isFinite()) {
      throw new UserError(
          "from=%s has parameters that are infinite or no numbers; it cannot be imported"
              .formatted(keys.from()));
    }
    Path checkpoint = run.write(config, model, tensors.state(), tensors.workers());
    tell(imported, config, layout, tensors.state());
    out.printf("checkpoint %s%n", RunDirectory.location(checkpoint));
    String words =
        "run=" + keys.run() + (config.as(ImportKeys.class).data().isEmpty() ? " data=TABLE" : "");
    out.printf("score it: bin/lmconv nll %s%n", words);
    out.printf(
        "train it: bin/lmconv train %s train.rounds=N, with N above %d%n",
        words, tensors.state().round());
  }

  private ParameterLayout layout(ModelSpec model) {
    try {
      return model.newNetwork().layout();
    } catch (ArithmeticException e) { // sides that only a damaged file has
      throw new UserError(
          "from=%s is of a network with more than 2^31 parameters; it cannot be imported"
              .formatted(keys.from()),
          e);
    }
  }

  private void tell(
      Imported imported, JobConfig config, ParameterLayout layout, TrainingState state) {
    out.printf(
        "%s, %s: images of %s, %,d parameters in %d tensors, all in their places%n",
        keys.from(), imported.origin(), imported.image(), layout.size(), layout.specs().size());
    out.println(
        ConfigLoader.keys().stream()
            .filter(key -> key.startsWith("model.") || key.equals("orders"))
            .map(key -> key + "=" + config.valueOf(key).replace("\"", ""))
            .collect(Collectors.joining(" ")));
    out.printf("round %d; %s%n", state.round(), optimiser(state.inner()));
    imported.notes().forEach(out::println);
  }

  private static String optimiser(InnerState inner) {
    return inner.step() == 0
        ? "without the state of an optimiser, so training begins with a new one"
        : "with Adam after step %d".formatted(inner.step());
  }

  /**
   * A file on a disk of this machine: itself, or a copy of one elsewhere that goes away on closing.
   * Formats with a directory at their end are read from places all over the file.
   */
  private record LocalCopy(java.nio.file.Path path, boolean copied) implements Closeable {
    /**
     * Fetches a file from any file system that Hadoop knows.
     *
     * @throws UserError if it cannot be read
     */
    static LocalCopy of(Configuration hadoop, String where) throws IOException {
      if (where.isEmpty()) {
        throw new UserError("from is not given; name a .pth or .safetensors file with from=FILE");
      }
      try {
        Path path = new Path(where);
        FileSystem files = path.getFileSystem(hadoop);
        if (files.getFileStatus(path).isDirectory()) {
          throw new UserError("from=%s is a folder; name a file in it".formatted(where));
        }
        return of(files, path);
      } catch (FileNotFoundException e) {
        throw new UserError("from=%s does not exist; name a file".formatted(where), e);
      } catch (IOException | IllegalArgumentException e) { // the latter of malformed paths
        throw new UserError("from=%s cannot be read: %s".formatted(where, e.getMessage()), e);
      }
    }

    private static LocalCopy of(FileSystem files, Path path) throws IOException {
      if (files instanceof LocalFileSystem local) {
        java.nio.file.Path itself = local.pathToFile(path).toPath();
        Files.newInputStream(itself).close(); // tells at once whether it may be read
        return new LocalCopy(itself, false);
      }
      java.nio.file.Path copy = Files.createTempFile("lmconv-import", null);
      files.copyToLocalFile(false, path, new Path(copy.toUri()), true);
      return new LocalCopy(copy, true);
    }

    @Override
    public void close() throws IOException {
      if (copied) {
        Files.delete(path);
      }
    }
  }
}
