package org.lmconv.jobs.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.ReportKeys;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.Storage.WholeFile;
import org.lmconv.jobs.session.SparkSessions;

/** The command {@code report}: writes what the tables of runs say as one HTML file. */
public final class Report {
  private static final String NAME = "report.html";
  private static final String EXTENSION = ".html";

  private Report() {}

  /**
   * Writes the report of one run, or of several side by side.
   *
   * @throws UserError if a directory is no run, a table is damaged, or the file cannot be written
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    ReportKeys keys = config.as(ReportKeys.class);
    List<String> runs = runs(keys.run());
    String file = file(keys.out(), runs);
    try (SparkSession spark = SparkSessions.forTasks("lmconv report", config)) {
      write(spark, runs, file, out);
    }
  }

  /** Writes the report of a run into its directory, in the place of an earlier one. */
  public static void write(SparkSession spark, RunDirectory run, PrintStream out)
      throws IOException {
    String root = run.root().toString();
    write(spark, List.of(root), new Path(root, NAME).toString(), out);
  }

  static void write(SparkSession spark, List<String> runs, String file, PrintStream out)
      throws IOException {
    List<String> names = names(runs);
    RunTables tables = new RunTables(spark);
    List<RunView> views = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      views.add(RunView.read(spark, tables, runs.get(run), names.get(run)));
    }
    String html = Html.of(RunPage.of(tables, views));
    Path written =
        WholeFile.over(spark.sparkContext().hadoopConfiguration(), "out", file)
            .write(stream -> stream.write(html.getBytes(UTF_8)));
    out.printf("report: %s%n", RunDirectory.location(written));
  }

  private static List<String> runs(String text) {
    List<String> runs =
        Arrays.stream(text.split(",")).map(String::strip).filter(run -> !run.isEmpty()).toList();
    if (runs.isEmpty() || runs.stream().distinct().count() < runs.size()) {
      throw new UserError(
          "run=%s must name different runs, with a comma between: run=A,B".formatted(text));
    }
    return runs;
  }

  private static String file(String out, List<String> runs) {
    if (!out.isEmpty() && !out.endsWith(EXTENSION)) {
      throw new UserError("out=%s: name a file that ends in %s".formatted(out, EXTENSION));
    }
    if (out.isEmpty() && runs.size() > 1) {
      throw new UserError(
          "out is not given; say where the report of %d runs goes with out=FILE%s"
              .formatted(runs.size(), EXTENSION));
    }
    return out.isEmpty() ? new Path(runs.get(0), NAME).toString() : out;
  }

  /** The last part of each path, or all of it where two have the same. */
  private static List<String> names(List<String> runs) {
    Map<String, Long> uses =
        runs.stream().collect(Collectors.groupingBy(Report::lastPart, Collectors.counting()));
    return runs.stream().map(run -> uses.get(lastPart(run)) == 1 ? lastPart(run) : run).toList();
  }

  private static String lastPart(String run) {
    return new Path(run).getName();
  }
}
