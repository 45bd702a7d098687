package org.lmconv.jobs.run;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.lmconv.jobs.base.CodeVersion;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.JobConfig.Provenance;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;

/**
 * The directory of a run: {@code config.conf}, {@code checkpoints}, {@code rounds}, {@code nll},
 * {@code nll_summary}, {@code tensorboard}.
 */
public final class RunDirectory {
  public static final String CHECKPOINTS = "checkpoints";
  public static final String NLL = "nll";
  public static final String COMPLETIONS = "completions";
  public static final String ROUNDS = "rounds";

  private static final String CONFIG = "config.conf";
  private static final Pattern ROUNDS_FILE = Pattern.compile("rounds-(\\d+)-(\\d+)\\.parquet");

  /** What a run may not change when it goes on: other values make another run. */
  private static final List<String> IDENTITY =
      List.of("seed", "data", "orders", "binarize", "binarize-seed");

  private final Storage storage;
  private final Path root;
  private Lease lease; // of those that train

  private RunDirectory(Storage storage, Path root) {
    this.storage = storage;
    this.root = root;
  }

  /** The directory, whether it exists yet or not. */
  public static RunDirectory at(Configuration hadoop, String path) throws IOException {
    return new RunDirectory(new Storage(hadoop), Storage.qualified(hadoop, path));
  }

  /** Where it is, as users write it. */
  public String location() {
    return location(root);
  }

  /** A path as users write it: without "file:". */
  public static String location(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file") ? path.toUri().getPath() : path.toString();
  }

  public Path root() {
    return root;
  }

  /** The directory of the reports on scored images. */
  public Path nll() {
    return new Path(root, NLL);
  }

  public Checkpoints checkpoints() {
    return new Checkpoints(storage, new Path(root, CHECKPOINTS), this);
  }

  /**
   * The configuration of the run that lives here, if one does.
   *
   * @throws UserError if there is something else, or its configuration cannot be read
   */
  public Optional<JobConfig> config() throws IOException {
    Path file = new Path(root, CONFIG);
    if (storage.exists(file)) {
      return Optional.of(ConfigLoader.ofText(storage.readText(file), file.toString()));
    }
    // A run that was killed in its first moment left at most a hidden file.
    if (!storage.list(root).stream().allMatch(path -> path.getName().startsWith("."))) {
      throw new UserError(
          "run=%s holds files but no %s, so it is no run; name another directory"
              .formatted(location(), CONFIG));
    }
    return Optional.empty();
  }

  /**
   * Takes the right to train the run here; without it anything may be written, as far as this
   * knows.
   *
   * @param out is told if it has to wait for that
   * @throws UserError if another driver has it
   */
  public void take(PrintStream out) throws IOException {
    lease = Lease.take(storage, root, out, Lease.BEAT);
  }

  /** Gives it back, if it was taken. */
  public void release() {
    if (lease != null) {
      lease.close();
    }
  }

  /**
   * Checks that no other driver has taken over.
   *
   * @throws UserError if one has
   */
  void requireHeld() throws IOException {
    if (lease != null) {
      lease.requireHeld();
    }
  }

  /**
   * Checks that {@link #adopt} will do.
   *
   * @throws UserError if it will not
   */
  public void requireAdoptable(JobConfig config) throws IOException {
    config().ifPresent(old -> requireSameRun(old, config));
  }

  /**
   * Makes this the directory of a run, or takes over changed settings of the run that lives here.
   *
   * @return id of the run
   * @throws UserError if another run lives here
   */
  public String adopt(JobConfig config) throws IOException {
    Optional<JobConfig> before = config();
    before.ifPresent(old -> requireSameRun(old, config));
    Provenance provenance =
        before
            .map(old -> old.as(Provenance.class))
            .orElseGet(() -> new Provenance(newId(), CodeVersion.current(), now()));
    storage.writeText(new Path(root, CONFIG), config.stamped(provenance).text());
    return provenance.runId();
  }

  private record Data(String data) {}

  private void requireSameRun(JobConfig old, JobConfig now) {
    Stream<String> model = ConfigLoader.keys().stream().filter(key -> key.startsWith("model."));
    List<String> changed =
        Stream.concat(IDENTITY.stream(), model)
            // An imported run may not know the data that it was trained on elsewhere.
            .filter(key -> !key.equals("data") || !old.as(Data.class).data().isEmpty())
            .filter(key -> !old.valueOf(key).equals(now.valueOf(key)))
            .map(key -> "%s=%s, now %s".formatted(key, old.valueOf(key), now.valueOf(key)))
            .toList();
    if (!changed.isEmpty()) {
      throw new UserError(
          "run=%s was started with %s; go on with the same, or name another run=DIR"
              .formatted(location(), String.join("; ", changed)));
    }
  }

  /** The time in UTC, to the second. */
  public static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String newId() {
    String unique = UUID.randomUUID().toString().substring(0, 6);
    return now().replaceAll("[-:Z]", "").replace('T', '-') + "-" + unique; // 20260102-030405-a1b2c3
  }

  /** Writes the reports of consecutive rounds. */
  public void writeRounds(List<RoundReport> reports) throws IOException {
    requireHeld();
    int first = reports.get(0).round();
    int last = reports.get(reports.size() - 1).round();
    storage.writeParquet(
        new Path(rounds(), "rounds-%06d-%06d.parquet".formatted(first, last)),
        RunTable.ROUNDS,
        CompressionCodecName.SNAPPY,
        out -> {
          for (RoundReport report : reports) {
            out.write(report);
          }
        });
    events().writeRounds(reports);
  }

  /** Adds what a scoring found to the curves of the run. */
  public void writeScores(int round, List<NllSummaryRow> scores) throws IOException {
    events().writeScores(round, scores);
  }

  /** Deletes the reports of rounds that were lost with an interrupted run. */
  public void dropRoundsAfter(int round) throws IOException {
    requireHeld();
    for (Path path : storage.list(rounds())) {
      Matcher file = ROUNDS_FILE.matcher(path.getName());
      if (file.matches() && Integer.parseInt(file.group(2)) > round) {
        storage.delete(path);
      }
    }
    events().dropAfter(round);
  }

  private EventFiles events() {
    return new EventFiles(storage, new Path(root, "tensorboard"));
  }

  private Path rounds() {
    return new Path(root, ROUNDS);
  }
}
