package org.lmconv.jobs.conf;

import java.util.List;
import java.util.stream.Stream;

/**
 * The configuration keys that a command reads.
 *
 * @param names keys such as "run", or "score.*" for all keys of a section, or "*" for every key
 * @param note why others are not read, to end an error message; may be empty
 */
public record KeySet(List<String> names, String note) {
  /** Every key. */
  public static final KeySet ALL = of("*");

  /** What train reads. */
  public static final KeySet TRAIN =
      allBut(
              "checkpoint",
              "source",
              "path",
              "out",
              "region",
              "count",
              "draws",
              "draw.*",
              "from",
              "to",
              "weights-only",
              "last",
              "what",
              "run-id",
              "code-version",
              "started",
              "ingest.*",
              "bench.*",
              "plan.*")
          .because("it starts from the run folder and reads an images table");

  /** What nll reads. */
  public static final KeySet NLL =
      of(
              "run",
              "checkpoint",
              "data",
              "split",
              "orders",
              "region",
              "out",
              "device",
              "precision",
              "score.*")
          .because("the network and how it was trained come from the checkpoint");

  /** What sample reads. */
  public static final KeySet SAMPLE =
      of(
              "run",
              "checkpoint",
              "orders",
              "out",
              "seed",
              "device",
              "precision",
              "count",
              "draw.batch-size",
              "draw.sheet-images",
              "draw.mixture-temperature",
              "draw.scale-temperature")
          .because("the network comes from the checkpoint, and everything in an image is drawn");

  /** What complete reads. */
  public static final KeySet COMPLETE =
      of(
              "run",
              "checkpoint",
              "data",
              "split",
              "orders",
              "region",
              "out",
              "seed",
              "device",
              "precision",
              "draws",
              "draw.*")
          .because("the network and how it was trained come from the checkpoint");

  /** What ingest reads. */
  public static final KeySet INGEST = of("source", "path", "data", "ingest.*");

  /** What import reads. */
  public static final KeySet IMPORT =
      of(
              "from",
              "run",
              "data",
              "orders",
              "binarize",
              "binarize-seed",
              "model.dilation",
              "model.normalization",
              "model.dropout",
              "model.bits",
              "model.tail")
          .because("the network comes from the file");

  /** What export reads. */
  public static final KeySet EXPORT =
      of("run", "checkpoint", "to", "weights-only").because("it writes what a checkpoint has");

  /** What average reads. */
  public static final KeySet AVERAGE =
      of("run", "last", "to").because("it averages checkpoints of a run");

  /** What report reads. */
  public static final KeySet REPORT =
      of("run", "out").because("everything else comes from the tables of the runs");

  /** What bench reads. */
  public static final KeySet BENCH =
      of(
              "what",
              "out",
              "device",
              "precision",
              "train.recompute",
              "train.transport",
              "model.*",
              "bench.*")
          .because("it measures on images of its own");

  /** What plan reads. */
  public static final KeySet PLAN =
      of(
              "run",
              "orders",
              "device",
              "precision",
              "train.batch-size",
              "train.recompute",
              "train.transport",
              "model.*",
              "bench.image",
              "bench.threads",
              "bench.warmup",
              "bench.repetitions",
              "bench.seconds",
              "bench.workers",
              "bench.rounds",
              "plan.*")
          .because("it predicts from rounds of a run, or from what it measures");

  /** These keys and sections. */
  public static KeySet of(String... names) {
    return new KeySet(List.of(names), "");
  }

  /** Every key but these: keys, or whole sections such as "score.*". */
  public static KeySet allBut(String... names) {
    KeySet left = of(names);
    Stream<String> keys = ConfigLoader.keys().stream().filter(key -> !left.contains(key));
    return new KeySet(keys.map(key -> key.replaceFirst("\\..*", ".*")).distinct().toList(), "");
  }

  /** The same keys; the note tells users why others make no sense. */
  public KeySet because(String why) {
    return new KeySet(names, why);
  }

  /** Whether this key is one of them. */
  public boolean contains(String key) {
    return names.stream().anyMatch(name -> matches(name, key));
  }

  private static boolean matches(String name, String key) {
    return name.endsWith("*")
        ? key.startsWith(name.substring(0, name.length() - 1))
        : name.equals(key);
  }
}
