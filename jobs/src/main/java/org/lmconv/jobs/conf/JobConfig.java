package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.device.Execution;
import org.lmconv.model.tensor.Precision;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;

/**
 * What a job is told: a value for every key of {@code reference.conf}, and which of them were
 * given. Records say which keys are read; {@link #as} makes and checks them.
 */
public final class JobConfig {
  private static final Pattern PLAIN = Pattern.compile("[\\w./:,@%+=-]+");

  private final Config given;
  private final Config resolved;

  /**
   * @param given the part that is not a default
   */
  JobConfig(Config given) {
    try {
      resolved = given.withFallback(ConfigLoader.reference()).resolve();
      this.given = given.resolveWith(resolved);
    } catch (ConfigException e) {
      throw ConfigLoader.malformed(e);
    }
    for (String key : ConfigLoader.keys()) {
      if (!resolved.hasPath(key)) {
        throw new UserError(key + "=null: must have a value; leave the key out for its default");
      }
    }
  }

  /**
   * A record of some values, as {@link RecordMapper} reads them.
   *
   * @throws UserError if one of these values has the wrong type, or the record does not take it
   */
  public <T extends Record> T as(Class<T> type) {
    return RecordMapper.map(resolved, type);
  }

  /** The network. */
  public ModelConfig model() {
    record Model(ModelConfig model) {}
    return as(Model.class).model();
  }

  /** How a device computes the model. */
  public Execution execution() {
    record Recompute(boolean recompute) {}
    record Computing(Precision precision, Recompute train) {}
    Computing keys = as(Computing.class);
    return new Execution(keys.precision(), keys.train().recompute());
  }

  /**
   * The orders, for images on a grid.
   *
   * @throws UserError if one does not fit, or the file of one cannot be read
   */
  public OrderSet ordersOn(Grid grid) {
    record OrderTexts(List<String> orders) {}
    return new Orders("orders", as(OrderTexts.class).orders()).on(grid);
  }

  /**
   * Where a run comes from.
   *
   * @param runId its id; empty before it has one
   * @param codeVersion that started it
   * @param started when, ISO 8601 in UTC
   */
  public record Provenance(String runId, String codeVersion, String started) {}

  /** The same as the configuration of a run. */
  public JobConfig stamped(Provenance of) {
    return with(
        Map.of("run-id", of.runId(), "code-version", of.codeVersion(), "started", of.started()));
  }

  /**
   * This configuration for the model of a checkpoint: where nothing was given for its data, orders
   * and bits, they are those of the run that made it.
   */
  public JobConfig over(JobConfig ofCheckpoint) {
    return over(ofCheckpoint, "data", "orders", "binarize", "binarize-seed", "seed", "model");
  }

  /**
   * This configuration over a part of another one.
   *
   * @param names of keys and sections to take from there where nothing was given for them
   */
  public JobConfig over(JobConfig base, String... names) {
    Config merged = given;
    for (String name : names) {
      merged = merged.withFallback(base.resolved.getValue(name).atPath(name));
    }
    return new JobConfig(merged);
  }

  /**
   * The same with other values for some keys.
   *
   * @throws UserError if a value is null
   */
  public JobConfig with(Map<String, ?> values) {
    Config changed = given;
    for (Map.Entry<String, ?> value : values.entrySet()) {
      changed = changed.withValue(value.getKey(), ConfigValueFactory.fromAnyRef(value.getValue()));
    }
    return new JobConfig(changed);
  }

  /** Whether a key was given a value, in a file or a word. */
  public boolean gives(String key) {
    return given.hasPath(key);
  }

  /** The value of a key, as HOCON. */
  public String valueOf(String key) {
    return resolved.getValue(key).render(ConfigRenderOptions.concise());
  }

  /** The words that give the values that were given, for a shell; of the keys of a record. */
  public List<String> words(Class<? extends Record> keys) {
    return ConfigLoader.keys().stream()
        .filter(key -> Keys.of(keys).contains(key) && gives(key))
        .map(key -> key + "=" + word(resolved.getValue(key)))
        .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
        .toList();
  }

  private static String word(ConfigValue value) {
    return value.valueType() == ConfigValueType.LIST
        ? value.render(ConfigRenderOptions.concise())
        : value.unwrapped().toString();
  }

  /** HOCON that loads as this configuration: one line per key, in the order of the reference. */
  public String text() {
    return ConfigLoader.keys().stream().map(this::line).collect(Collectors.joining());
  }

  /** The same for the keys of a record, each under its explanation. */
  public String commentedText(Class<? extends Record> keys) {
    return ConfigLoader.keys().stream()
        .filter(Keys.of(keys)::contains)
        .flatMap(key -> Stream.concat(comments(key), Stream.of(line(key))))
        .collect(Collectors.joining());
  }

  private static Stream<String> comments(String key) {
    return ConfigLoader.reference().getValue(key).origin().comments().stream()
        .map(text -> "#" + text + "\n");
  }

  private String line(String key) {
    return key + " = " + valueOf(key) + "\n";
  }
}
