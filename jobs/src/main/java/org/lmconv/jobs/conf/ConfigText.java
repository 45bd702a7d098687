package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a configuration for people. */
final class ConfigText {
  private static final Pattern PLAIN = Pattern.compile("[\\w./:,@%+=-]+");

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

  /** The keys that are there as words that a shell leaves as they are. */
  static List<String> words(Config config, KeySet keys) {
    return ConfigLoader.keys().stream()
        .filter(key -> keys.contains(key) && config.hasPath(key))
        .map(key -> key + "=" + value(config, key))
        .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
        .toList();
  }

  private static String value(Config config, String key) {
    ConfigValue value = config.getValue(key);
    return value.valueType() == ConfigValueType.LIST
        ? value.render(ConfigRenderOptions.concise())
        : value.unwrapped().toString();
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
