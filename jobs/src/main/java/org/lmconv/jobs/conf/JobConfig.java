package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import java.util.List;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;

/**
 * Everything that a job is told; {@code reference.conf} explains each key.
 *
 * @param run folder of the run
 * @param checkpoint folder of one checkpoint; empty is the newest of the run
 * @param data images table; empty is the digits that ship with LMConv
 * @param split which images are scored
 * @param source format that ingest reads
 * @param path file or folder that ingest reads
 * @param seed of every random choice
 * @param orders as {@link OrderSet#parse} reads them
 * @param binarize for the Bernoulli likelihood
 * @param device where the network runs
 * @param model the network
 * @param train the training run
 * @param score how images are scored
 * @param resolved the same as text: every key, no other
 */
public record JobConfig(
    String run,
    String checkpoint,
    String data,
    String split,
    String source,
    String path,
    long seed,
    List<String> orders,
    Binarization binarize,
    Device device,
    ModelConfig model,
    TrainConfig train,
    ScoreConfig score,
    Config resolved) {
  /** Fits every kind of order, so that only the spelling of names is checked. */
  private static final Grid ANY_GRID = new Grid(4, 4);

  /**
   * Checks the values outside the sections.
   *
   * @throws UserError if one is out of range
   */
  public JobConfig {
    orders = List.copyOf(orders);
    Bounds.require(!run.isBlank(), "run", run, "must name a folder");
    Bounds.require(!split.isBlank(), "split", split, "must name a split such as test");
    try {
      OrderSet.parse(orders, ANY_GRID);
    } catch (IllegalArgumentException e) {
      throw new UserError("orders=" + orders + ": " + e.getMessage(), e);
    }
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
