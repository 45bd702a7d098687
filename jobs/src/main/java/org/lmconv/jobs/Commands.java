package org.lmconv.jobs;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.jobs.LmConv.Command;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.AverageKeys;
import org.lmconv.jobs.conf.Keys.CompleteKeys;
import org.lmconv.jobs.conf.Keys.EveryKey;
import org.lmconv.jobs.conf.Keys.ExportKeys;
import org.lmconv.jobs.conf.Keys.ImportKeys;
import org.lmconv.jobs.conf.Keys.IngestKeys;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.conf.Keys.ReportKeys;
import org.lmconv.jobs.conf.Keys.SampleKeys;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.PlanKeys;
import org.lmconv.jobs.convert.Average;
import org.lmconv.jobs.convert.Export;
import org.lmconv.jobs.convert.Import;
import org.lmconv.jobs.draw.Complete;
import org.lmconv.jobs.draw.Sample;
import org.lmconv.jobs.ingest.Ingest;
import org.lmconv.jobs.page.Report;
import org.lmconv.jobs.score.Nll;
import org.lmconv.jobs.train.Plan;
import org.lmconv.jobs.train.Train;
import org.lmconv.orders.Spelling;

/** The commands, in the order in which help lists them. */
record Commands(List<Entry> entries) {
  /** The command meant when the first word is none. */
  static final String DEFAULT = "train";

  /** All commands of this release. */
  static final Commands ALL =
      new Commands(
          List.of(
              new Entry("train", "train a model, or go on with a run", TrainKeys.class, Train::run),
              new Entry(
                  "nll",
                  "score images with a checkpoint, per order and ensemble",
                  NllKeys.class,
                  Nll::run),
              new Entry("sample", "draw images from a checkpoint", SampleKeys.class, Sample::run),
              new Entry(
                  "complete",
                  "fill a hole in images, several times each",
                  CompleteKeys.class,
                  Complete::run),
              new Entry(
                  "ingest",
                  "make an images table of a data set, a folder of pictures, or another table",
                  IngestKeys.class,
                  Ingest::run),
              new Entry(
                  "import",
                  "make a run of a checkpoint of the paper's authors (.pth), or of an exported one",
                  ImportKeys.class,
                  Import::run),
              new Entry(
                  "export", "write a checkpoint as safetensors", ExportKeys.class, Export::run),
              new Entry(
                  "average",
                  "make a run of the mean of the last checkpoints of a run",
                  AverageKeys.class,
                  Average::run),
              new Entry(
                  "report",
                  "write what runs did as one HTML file, with charts and pictures",
                  ReportKeys.class,
                  Report::run),
              new Entry(
                  "bench",
                  "measure how fast this machine computes, and what a round costs",
                  EveryKey.class,
                  Commands::bench),
              new Entry(
                  "plan",
                  "predict what share of a round trains, and advise train.local-steps",
                  PlanKeys.class,
                  Plan::run),
              new Entry(
                  "config",
                  "print the configuration and stop",
                  EveryKey.class,
                  (config, out) -> out.print(config.commentedText(EveryKey.class)))));

  /**
   * What a word does.
   *
   * @param help in one line
   * @param keys the record of the keys that may be typed with it
   */
  record Entry(String name, String help, Class<? extends Record> keys, Command command) {}

  /**
   * The command of this name.
   *
   * @throws UserError if there is none; the message names the nearest
   */
  Entry find(String name) {
    for (Entry entry : entries) {
      if (entry.name().equals(name)) {
        return entry;
      }
    }
    List<String> names = entries.stream().map(Entry::name).toList();
    throw new UserError(
        "command %s is unknown; did you mean %s? Commands are %s"
            .formatted(name, Spelling.nearest(name, names), String.join(", ", names)));
  }

  /** These, with the code of a command that is in a jar of its own. */
  Commands with(String name, Class<? extends Record> keys, Command command) {
    List<Entry> changed = new ArrayList<>(entries);
    changed.replaceAll(
        entry -> entry.name().equals(name) ? new Entry(name, entry.help(), keys, command) : entry);
    return new Commands(changed);
  }

  private static void bench(JobConfig config, PrintStream out) {
    throw new UserError(
        "bench is in a jar of its own, which this one does without; use bin/lmconv bench");
  }
}
