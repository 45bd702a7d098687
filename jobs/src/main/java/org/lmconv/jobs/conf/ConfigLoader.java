package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmconv.jobs.base.UserError;
import org.lmconv.orders.Spelling;

/** Lays words over a file over {@code reference.conf}. */
public final class ConfigLoader {
  // In this package, not at the root: Spark clusters have reference.conf files of others there.
  private static final ConfigParseOptions OPTIONS =
      ConfigParseOptions.defaults().setAllowMissing(false);
  private static final Config REFERENCE =
      ConfigFactory.parseResources(ConfigLoader.class, "reference.conf", OPTIONS);

  private static final List<String> KEYS =
      REFERENCE.entrySet().stream()
          .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
          .map(Map.Entry::getKey)
          .toList();

  private ConfigLoader() {}

  /** Every key, in the order of {@code reference.conf}. */
  public static List<String> keys() {
    return KEYS;
  }

  /** The configuration without a file or a word. */
  public static JobConfig defaults() {
    return new JobConfig(ConfigFactory.empty());
  }

  /**
   * Reads and checks a configuration, all of it, whatever part of it is to be read.
   *
   * @param file in HOCON; may hold any key
   * @param words of the form key=value, the last of a key wins
   * @param command for messages
   * @param keys the record of the keys that this command reads: others may not be typed
   * @throws UserError if anything is wrong with the file, a key or a value
   */
  public static JobConfig load(
      Optional<Path> file, List<String> words, String command, Class<? extends Record> keys) {
    Config typed = CommandWords.parse(words, command, keys);
    Config fromFile = file.map(ConfigLoader::parse).orElse(ConfigFactory.empty());
    JobConfig config = new JobConfig(typed.withFallback(fromFile));
    if (keys != Keys.EveryKey.class) {
      config.as(keys);
    }
    Keys.ALL.forEach(config::as);
    // Here only: a checkpoint whose order came from a file can be scored where that file is not.
    Keys.NllKeys files = config.as(Keys.NllKeys.class);
    new Orders("orders", files.orders()).requireFiles();
    Bounds.told("region", files.region(), () -> Regions.requireFile(files.region()));
    return config;
  }

  /**
   * Reads a configuration that {@link JobConfig#text} wrote, here or elsewhere: it is data, which
   * includes nothing and knows no variable. Its values are checked when they are read, and keys of
   * other versions are passed over, so that a run depends on those that matter to it.
   *
   * @param where it was found, for messages
   * @throws UserError if it is malformed, or more than values of keys
   */
  public static JobConfig ofText(String text, String where) {
    try {
      ConfigParseOptions data = OPTIONS.setIncluder(Includes.NONE).setOriginDescription(where);
      Config config = ConfigFactory.parseString(text, data);
      if (!config.isResolved()) {
        throw new UserError(where + " refers to ${…}, which a stored configuration may not");
      }
      Config known = ConfigFactory.empty();
      for (String key : KEYS) {
        known = config.hasPath(key) ? known.withValue(key, config.getValue(key)) : known;
      }
      return new JobConfig(known);
    } catch (ConfigException e) {
      throw new UserError(where + ": " + malformed(e).getMessage(), e);
    } catch (StackOverflowError e) {
      throw new UserError(where + " is nested too deeply to be a configuration", e);
    }
  }

  static Config reference() {
    return REFERENCE;
  }

  /** What to say of a key that is none. */
  static UserError unknown(String key, String where) {
    return new UserError(
        isSection(key)
            ? "key %s%s is a section; write %s.KEY=value".formatted(key, where, key)
            : "key %s%s is unknown; did you mean %s?"
                .formatted(key, where, Spelling.nearest(key, KEYS)));
  }

  /** " (FILE, line N)" where a value comes from a file, else nothing. */
  static String where(ConfigOrigin origin) {
    if (origin == null || origin.filename() == null) {
      return "";
    }
    String line = origin.lineNumber() > 0 ? ", line " + origin.lineNumber() : "";
    return " (" + origin.filename() + line + ")";
  }

  private static Config parse(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new UserError("--config %s: there is no such readable file".formatted(file));
    }
    try {
      Config config =
          ConfigFactory.parseFile(file.toFile(), OPTIONS.setIncluder(Includes.OF_FILES));
      requireKnown("", config.root());
      return config;
    } catch (ConfigException e) {
      throw malformed(e);
    }
  }

  static UserError malformed(ConfigException e) {
    ConfigOrigin origin = e.origin();
    String detail = e.getMessage().lines().findFirst().orElse("");
    // Config puts where it is in front; ours follows the file's name in the same way everywhere.
    if (origin != null && detail.startsWith(origin.description())) {
      detail = detail.substring(origin.description().length()).replaceFirst("^: *", "");
    }
    return new UserError("configuration%s is malformed: %s".formatted(where(origin), detail), e);
  }

  // By hand, because entrySet() leaves out empty sections and nulls.
  private static void requireKnown(String prefix, ConfigObject section) {
    section.forEach(
        (name, value) -> {
          String key = prefix + (name.contains(".") ? ConfigUtil.quoteString(name) : name);
          if (KEYS.contains(key)) {
            return;
          }
          if (!(value instanceof ConfigObject inner) || (inner.isEmpty() && !isSection(key))) {
            throw unknown(key, where(value.origin()));
          }
          requireKnown(key + ".", inner);
        });
  }

  static boolean isSection(String key) {
    return KEYS.stream().anyMatch(known -> known.startsWith(key + "."));
  }
}
