package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.util.stream.Collectors;

/** Writes a configuration for people. */
final class ConfigText {
  private ConfigText() {}

  static String plain(Config config) {
    return ConfigLoader.keys().stream().map(key -> line(config, key)).collect(Collectors.joining());
  }

  static String commented(Config config, KeySet keys) {
    return ConfigLoader.keys().stream()
        .filter(keys::contains)
        .map(key -> comment(key) + line(config, key))
        .collect(Collectors.joining());
  }

  private static String line(Config config, String key) {
    return key + " = " + config.getValue(key).render(ConfigRenderOptions.concise()) + "\n";
  }

  private static String comment(String key) {
    return ConfigLoader.reference().getValue(key).origin().comments().stream()
        .map(text -> "#" + text + "\n")
        .collect(Collectors.joining());
  }
}
