package org.lmconv.jobs;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.KeySet;
import org.lmconv.jobs.convert.Average;
import org.lmconv.jobs.convert.Export;
import org.lmconv.jobs.convert.Import;
import org.lmconv.jobs.draw.Complete;
import org.lmconv.jobs.draw.Sample;
import org.lmconv.jobs.ingest.Ingest;
import org.lmconv.jobs.ingest.IngestOptions;
import org.lmconv.jobs.page.Report;
import org.lmconv.jobs.score.Nll;
import org.lmconv.jobs.train.Plan;
import org.lmconv.jobs.train.Train;
import org.lmconv.orders.Spelling;

/** The commands, in the order in which help lists them. */
record Commands(List<CommandEntry> entries) {
  /** The command meant when the first word is none. */
  static final String DEFAULT = "train";

  /** All commands of this release. */
  static final Commands ALL =
      new Commands(
          List.of(
              new CommandEntry(
                  "train", "train a model, or go on with a run", KeySet.TRAIN, Train::run),
              new CommandEntry(
                  "nll",
                  "score images with a checkpoint, per order and ensemble",
                  KeySet.NLL,
                  Nll::run),
              new CommandEntry(
                  "sample", "draw images from a checkpoint", KeySet.SAMPLE, Sample::run),
              new CommandEntry(
                  "complete",
                  "fill a hole in images, several times each",
                  KeySet.COMPLETE,
                  Complete::run),
              new CommandEntry(
                  "ingest",
                  "make an images table of a data set, a folder of pictures, or another table",
                  KeySet.INGEST,
                  Commands::ingest),
              new CommandEntry(
                  "import",
                  "make a run of a checkpoint of the paper's authors (.pth), or of an exported one",
                  KeySet.IMPORT,
                  Import::run),
              new CommandEntry(
                  "export", "write a checkpoint as safetensors", KeySet.EXPORT, Export::run),
              new CommandEntry(
                  "average",
                  "make a run of the mean of the last checkpoints of a run",
                  KeySet.AVERAGE,
                  Average::run),
              new CommandEntry(
                  "report",
                  "write what runs did as one HTML file, with charts and pictures",
                  KeySet.REPORT,
                  Report::run),
              new CommandEntry(
                  "bench",
                  "measure how fast this machine computes, and what a round costs",
                  KeySet.BENCH,
                  Commands::bench),
              new CommandEntry(
                  "plan",
                  "predict what share of a round trains, and advise train.local-steps",
                  KeySet.PLAN,
                  Plan::run),
              new CommandEntry(
                  "config", "print the configuration and stop", KeySet.ALL, Commands::config)));

  /**
   * The command of this name.
   *
   * @throws UserError if there is none; the message names the nearest
   */
  CommandEntry find(String name) {
    return entries.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private UserError unknown(String name) {
    List<String> names = entries.stream().map(CommandEntry::name).toList();
    return new UserError(
        "command %s is unknown; did you mean %s? Commands are %s"
            .formatted(name, Spelling.nearest(name, names), String.join(", ", names)));
  }

  /** These, with the code of a command that is in a jar of its own. */
  Commands with(String name, Command command) {
    return new Commands(
        entries.stream()
            .map(
                entry ->
                    entry.name().equals(name)
                        ? new CommandEntry(name, entry.help(), entry.keys(), command)
                        : entry)
            .toList());
  }

  private static void bench(JobConfig config, PrintStream out) {
    throw new UserError(
        "bench is in a jar of its own, which this one does without; use bin/lmconv bench");
  }

  private static void ingest(JobConfig config, PrintStream out) throws IOException {
    IngestOptions options = IngestOptions.of(config);
    try (SparkSession spark = SparkSessions.forTasks("lmconv ingest", config)) {
      Ingest.run(spark, options, out);
    }
  }

  private static void config(JobConfig config, PrintStream out) {
    out.print(config.commentedText(KeySet.ALL));
  }
}
