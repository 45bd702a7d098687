package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Map;
import org.lmconv.model.device.Execution;
import org.lmconv.model.tensor.Precision;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.Region;

/**
 * Everything that a job is told; {@code reference.conf} explains each key.
 *
 * @param run folder of the run
 * @param checkpoint folder of one checkpoint; empty is the newest of the run
 * @param data images table; "digits" are those that ship with LMConv
 * @param split which images are scored
 * @param source kind of files or table that ingest reads
 * @param path file or folder that ingest reads
 * @param out folder that nll writes to, empty is that of the run; file that bench writes
 * @param seed of every random choice
 * @param orders names, or files of "row,col" lines, each with or without +REGION
 * @param region whose pixels nll scores and complete draws, as {@link Regions} reads it
 * @param binarize for the Bernoulli likelihood
 * @param device where the network runs
 * @param precision what it computes in
 * @param model the network
 * @param train the training run
 * @param score how images are scored
 * @param draw how images are drawn
 * @param ingest what is read into a table, and how
 * @param bench what is measured, and how
 * @param plan what is predicted, and from what
 * @param transfer what is taken from other files and runs, and where to
 * @param provenance which run this is the configuration of
 * @param resolved every key, and no other, with its value
 * @param given the part of it that is not a default
 */
public record JobConfig(
    String run,
    String checkpoint,
    String data,
    String split,
    String source,
    String path,
    String out,
    long seed,
    List<String> orders,
    String region,
    Binarization binarize,
    DeviceChoice device,
    Precision precision,
    ModelConfig model,
    TrainConfig train,
    ScoreConfig score,
    DrawConfig draw,
    IngestConfig ingest,
    BenchConfig bench,
    PlanConfig plan,
    TransferConfig transfer,
    Provenance provenance,
    Config resolved,
    Config given) {
  /** What scoring takes from the run that made a checkpoint, unless told otherwise. */
  private static final KeySet OF_A_MODEL =
      KeySet.of("data", "orders", "binarize", "binarize-seed", "seed", "model.*");

  /**
   * Checks the values outside the sections.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public JobConfig {
    orders = List.copyOf(orders);
    Bounds.require(!run.isBlank(), "run", run, "must name a folder");
    Bounds.require(!split.isBlank(), "split", split, "must name a split such as test");
    new Orders("orders", orders).requireNames();
    Regions.requireSpelling("region", region);
  }

  /** How a device computes the model. */
  public Execution execution() {
    return new Execution(precision, train.recompute());
  }

  /**
   * The orders, for images on a grid.
   *
   * @throws org.lmconv.jobs.UserError if one does not fit, or the file of one cannot be read
   */
  public OrderSet ordersOn(Grid grid) {
    return new Orders("orders", orders).on(grid);
  }

  /**
   * The region, for images on a grid.
   *
   * @throws org.lmconv.jobs.UserError if it does not fit, or its file cannot be read
   */
  public Region regionOn(Grid grid) {
    return Regions.on("region", region, grid);
  }

  /**
   * Checks that the files are there that keys name.
   *
   * @throws org.lmconv.jobs.UserError if one is not
   */
  void requireFiles() {
    new Orders("orders", orders).requireFiles();
    Regions.requireFile("region", region);
  }

  /**
   * This configuration for the model of a checkpoint: where nothing was given for its data, orders
   * and bits, they are those of the run that made it.
   */
  public JobConfig over(JobConfig ofCheckpoint) {
    return over(ofCheckpoint, OF_A_MODEL);
  }

  /**
   * This configuration over a part of another one.
   *
   * @param keys to take from there where nothing was given for them
   */
  public JobConfig over(JobConfig base, KeySet keys) {
    return ConfigLoader.resolve(given.withFallback(ConfigLoader.only(base.resolved, keys)));
  }

  /** Whether a key was given a value, in a file or a word. */
  public boolean gives(String key) {
    return given.hasPath(key);
  }

  /** The value of a key, as HOCON. */
  public String valueOf(String key) {
    return resolved.getValue(key).render(ConfigRenderOptions.concise());
  }

  /** The words that give these keys, to a shell, the values that they were given. */
  public List<String> words(KeySet keys) {
    return ConfigText.words(given, keys);
  }

  /**
   * Where a run comes from.
   *
   * @param runId its id; empty before it has one
   * @param codeVersion that started it
   * @param started when, ISO 8601 in UTC
   */
  public record Provenance(String runId, String codeVersion, String started) {}

  /** The same as the configuration of a run. */
  public JobConfig stamped(Provenance of) {
    return ConfigLoader.resolve(
        resolved
            .withValue("run-id", ConfigValueFactory.fromAnyRef(of.runId()))
            .withValue("code-version", ConfigValueFactory.fromAnyRef(of.codeVersion()))
            .withValue("started", ConfigValueFactory.fromAnyRef(of.started())));
  }

  /**
   * The same with other values for some keys.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public JobConfig with(Map<String, ?> values) {
    Config changed = given;
    for (Map.Entry<String, ?> value : values.entrySet()) {
      changed = changed.withValue(value.getKey(), ConfigValueFactory.fromAnyRef(value.getValue()));
    }
    return ConfigLoader.resolve(changed);
  }

  /** HOCON that loads as this configuration: one line per key, in the order of the reference. */
  public String text() {
    return ConfigText.plain(resolved);
  }

  /** The same for these keys only, each under its explanation. */
  public String commentedText(KeySet keys) {
    return ConfigText.commented(resolved, keys);
  }
}
