package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.lmconv.jobs.base.CodeVersion;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.page.Drawings.Completion;
import org.lmconv.jobs.page.RunView.ScoredImage;
import org.lmconv.jobs.run.RunDirectory;

/**
 * Everything on the page, in the sequence in which it is there. Where a list is empty, the page
 * says so and names the command that makes what is missing.
 *
 * @param title of the page
 * @param version of the code that wrote it
 * @param written when, ISO 8601 in UTC
 * @param names of the runs
 * @param facts about them
 * @param training nats over rounds and time
 * @param perOrder nats of each order
 * @param histogram nats of each image
 * @param rounds what rounds cost
 * @param untrained names of the runs without rounds, where others have some
 * @param parts what is shown for each run apart
 * @param changed keys that are not the default in some run
 * @param settings all keys
 */
record RunPage(
    String title,
    String version,
    String written,
    List<String> names,
    List<Fact> facts,
    List<Chart> training,
    List<Chart> perOrder,
    List<Chart> histogram,
    List<Chart> rounds,
    List<String> untrained,
    List<Part> parts,
    List<Setting> changed,
    List<Setting> settings) {

  /**
   * The pictures of a run.
   *
   * @param location of the run, for commands
   */
  record Part(
      String name,
      String location,
      List<ScoredImage> best,
      List<ScoredImage> worst,
      List<Group> completions,
      List<InlinePicture> samples,
      OrderGallery orders) {}

  /**
   * Completions of one region, or of many that have one image each.
   *
   * @param title what they have in common
   */
  record Group(String title, List<Completion> completions) {}

  private static final int MOST_GROUPS = 6;

  static RunPage of(RunTables tables, List<RunView> runs) {
    List<RunView> trained = runs.stream().filter(run -> run.rounds().isPresent()).toList();
    RoundCharts rounds = new RoundCharts(tables, trained);
    List<String> names = runs.stream().map(RunView::name).toList();
    ScoreCharts scores = new ScoreCharts(tables, runs);
    List<JobConfig> configs = runs.stream().map(RunView::config).toList();
    return new RunPage(
        "LMConv: " + String.join(", ", names),
        CodeVersion.current(),
        RunDirectory.now(),
        names,
        Fact.of(runs),
        rounds.training(),
        scores.perOrder(),
        scores.histogram(),
        rounds.costs(),
        runs.stream().filter(run -> run.rounds().isEmpty()).map(RunView::name).toList(),
        runs.stream().map(RunPage::part).toList(),
        Setting.changed(configs),
        Setting.all(configs));
  }

  /** Every chart. */
  List<Chart> charts() {
    List<Chart> charts = new ArrayList<>(training);
    charts.addAll(perOrder);
    charts.addAll(histogram);
    charts.addAll(rounds);
    return charts;
  }

  private static Part part(RunView run) {
    return new Part(
        run.name(),
        run.location(),
        run.extremes().best(),
        run.extremes().worst(),
        run.drawings().map(drawings -> groups(drawings.completions())).orElse(List.of()),
        run.drawings().map(Drawings::samples).orElse(List.of()),
        run.orders());
  }

  private static List<Group> groups(List<Completion> completions) {
    Map<String, List<Completion>> byRegion =
        completions.stream()
            .collect(
                Collectors.groupingBy(
                    each ->
                        "Region %s in the order %s, %s"
                            .formatted(each.region(), each.order(), each.how()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    if (byRegion.size() > MOST_GROUPS) { // as many masks as images
      return List.of(new Group("Holes of their own", completions));
    }
    return byRegion.entrySet().stream()
        .map(entry -> new Group(entry.getKey(), entry.getValue()))
        .toList();
  }

  /**
   * The keys of the configuration that tell runs apart.
   *
   * @param key its name
   * @param normally its default, HOCON
   * @param values one for each run, HOCON
   */
  record Setting(String key, String normally, List<Value> values) {
    /** What is told elsewhere on the page. */
    private static final List<String> PROVENANCE =
        List.of("run", "run-id", "code-version", "started");

    /**
     * A value.
     *
     * @param text as HOCON
     * @param changed whether it is not the default
     */
    record Value(String text, boolean changed) {}

    /** Every key. */
    static List<Setting> all(List<JobConfig> runs) {
      return ConfigLoader.keys().stream().map(key -> of(key, runs)).toList();
    }

    /** The keys that are not the default in some run. */
    static List<Setting> changed(List<JobConfig> runs) {
      Predicate<Setting> changed = each -> each.values().stream().anyMatch(Value::changed);
      return all(runs).stream()
          .filter(each -> !PROVENANCE.contains(each.key()))
          .filter(changed)
          .toList();
    }

    private static Setting of(String key, List<JobConfig> runs) {
      String normally = ConfigLoader.defaults().valueOf(key);
      List<Value> values =
          runs.stream()
              .map(run -> run.valueOf(key))
              .map(value -> new Value(value, !value.equals(normally)))
              .toList();
      return new Setting(key, normally, values);
    }
  }
}
