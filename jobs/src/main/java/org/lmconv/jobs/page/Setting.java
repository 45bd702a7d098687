package org.lmconv.jobs.page;

import java.util.List;
import java.util.function.Predicate;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;

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
