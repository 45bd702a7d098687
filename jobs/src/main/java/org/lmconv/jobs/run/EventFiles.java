package org.lmconv.jobs.run;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.format.Event;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;

/**
 * The curves of a run for TensorBoard: a file for the rounds up to each checkpoint, and one for the
 * scores of each state that was scored. TensorBoard reads the files of a directory in the sequence
 * of their names, and looks at a new one only when it is through with those before.
 */
final class EventFiles {
  // TensorBoard knows them by "tfevents". Scores come after the rounds that led to them.
  private static final String NAME = "events.out.tfevents.%010d.%s";
  private static final Pattern LAST_ROUND =
      Pattern.compile("events\\.out\\.tfevents\\.(\\d+)\\..+");

  private final Storage storage;
  private final Path directory;

  EventFiles(Storage storage, Path directory) {
    this.storage = storage;
    this.directory = directory;
  }

  void writeRounds(List<RoundReport> reports) throws IOException {
    int last = reports.get(reports.size() - 1).round();
    write(last, "rounds", reports.stream().map(EventFiles::event).toList());
  }

  private static Event event(RoundReport report) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    report.curves().forEach((tag, value) -> scalars.put(tag, value.doubleValue()));
    return new Event(report.endedAt(), report.round(), scalars);
  }

  void writeScores(int round, List<NllSummaryRow> scores) throws IOException {
    Map<String, Double> scalars = new LinkedHashMap<>();
    for (NllSummaryRow score : scores) {
      String group = score.weights().equals(Checkpoint.EMA) ? "nll_ema" : "nll";
      scalars.put(group + "/" + score.order(), score.nats());
      scalars.put(group + "_bits_per_dim/" + score.order(), score.bitsPerDim());
    }
    write(round, "scores", List.of(new Event(Instant.now(), round, scalars)));
  }

  private void write(int round, String kind, List<Event> events) throws IOException {
    storage.writeAlone(
        new Path(directory, NAME.formatted(round, kind)), out -> Event.writeFile(out, events));
  }

  void dropAfter(int round) throws IOException {
    for (Path path : storage.list(directory)) {
      Matcher file = LAST_ROUND.matcher(path.getName());
      if (file.matches() && Integer.parseInt(file.group(1)) > round) {
        storage.delete(path);
      }
    }
  }
}
