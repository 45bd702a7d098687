package org.lmconv.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lmconv.jobs.UserError;
import org.lmconv.model.tensor.Precision;

/**
 * Reads a resolved configuration into records. Stricter than {@code Config}, which cuts 3.7 down to
 * 3 where an int is asked for.
 */
final class ConfigReader {
  private final Config config;
  private final Config given;

  /**
   * @param config every key
   * @param given the part of it that is not a default
   */
  ConfigReader(Config config, Config given) {
    this.config = config;
    this.given = given;
  }

  JobConfig read() {
    return new JobConfig(
        text("run"),
        text("checkpoint"),
        text("data"),
        text("split"),
        text("source"),
        text("path"),
        text("out"),
        whole("seed"),
        texts("orders"),
        text("region"),
        new Binarization(choice("binarize", Binarization.Mode.class), whole("binarize-seed")),
        choice("device", DeviceChoice.class),
        choice("precision", Precision.class),
        model(),
        train(),
        score(),
        draw(),
        ingest(),
        bench(),
        plan(),
        new TransferConfig(
            text("from"), text("to"), flag("weights-only"), count("last"), text("init-from")),
        new JobConfig.Provenance(text("run-id"), text("code-version"), text("started")),
        config,
        given);
  }

  private ModelConfig model() {
    return new ModelConfig(
        count("model.filters"),
        count("model.resnets"),
        count("model.kernel"),
        count("model.dilation"),
        text("model.normalization"),
        flag("model.bias"),
        flag("model.mask-weight"),
        number("model.dropout"),
        text("model.likelihood"),
        count("model.mixtures"),
        count("model.bits"),
        text("model.tail"));
  }

  private TrainConfig train() {
    return new TrainConfig(
        count("train.rounds"),
        count("train.workers"),
        count("train.batch-size"),
        number("train.learning-rate"),
        whole("train.warmup-images"),
        number("train.decay-share"),
        number("train.beta1"),
        number("train.beta2"),
        number("train.epsilon"),
        number("train.weight-decay"),
        number("train.clip"),
        number("train.ema-decay"),
        exchange(),
        count("train.evaluate-every"),
        count("train.checkpoint-every"),
        count("train.keep-checkpoints"),
        flag("train.recompute"),
        flag("train.report"));
  }

  private ExchangeConfig exchange() {
    return new ExchangeConfig(
        count("train.local-steps"),
        count("train.warmup-local-steps"),
        choice("train.outer", ExchangeConfig.Outer.class),
        number("train.outer-learning-rate"),
        number("train.outer-momentum"),
        choice("train.inner-state", ExchangeConfig.Inner.class),
        choice("train.transport", Precision.class));
  }

  private ScoreConfig score() {
    return new ScoreConfig(
        count("score.batch-size"),
        count("score.images"),
        texts("score.ensemble"),
        flag("score.maps"));
  }

  private DrawConfig draw() {
    return new DrawConfig(
        count("count"),
        count("draws"),
        count("draw.images"),
        count("draw.batch-size"),
        count("draw.sheet-images"),
        number("draw.mixture-temperature"),
        number("draw.scale-temperature"));
  }

  private IngestConfig ingest() {
    return new IngestConfig(
        count("ingest.train-images"),
        count("ingest.test-images"),
        text("ingest.size"),
        choice("ingest.resize", IngestConfig.Resize.class),
        count("ingest.channels"),
        text("ingest.background"),
        choice("ingest.on-error", IngestConfig.OnError.class),
        number("ingest.validation-share"),
        number("ingest.test-share"),
        new IngestConfig.Columns(
            text("ingest.column"),
            flag("ingest.encoded"),
            text("ingest.shape"),
            text("ingest.id-column"),
            text("ingest.label-column"),
            text("ingest.split-column")));
  }

  private BenchConfig bench() {
    return new BenchConfig(
        choice("what", BenchConfig.What.class),
        text("bench.image"),
        count("bench.batch-size"),
        texts("bench.channels"),
        texts("bench.orders"),
        texts("bench.variants"),
        count("bench.threads"),
        count("bench.warmup"),
        count("bench.repetitions"),
        number("bench.seconds"),
        flag("bench.memory"),
        count("bench.steps"),
        count("bench.images"),
        counts("bench.workers"),
        count("bench.rounds"));
  }

  private PlanConfig plan() {
    return new PlanConfig(
        number("plan.step-seconds"),
        number("plan.gigabits-per-second"),
        counts("plan.workers"),
        number("plan.share"));
  }

  private String text(String key) {
    ConfigValue value = value(key);
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> config.getString(key);
      default -> throw wrong(key, value, "a text");
    };
  }

  private List<String> texts(String key) {
    ConfigValue value = value(key);
    if (value.valueType() == ConfigValueType.STRING) {
      return List.of(config.getString(key));
    }
    try {
      return config.getStringList(key);
    } catch (ConfigException.WrongType e) {
      throw wrong(key, value, "a text or a list of texts");
    }
  }

  private boolean flag(String key) {
    ConfigValue value = value(key);
    return switch (value.unwrapped().toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, value, "true or false");
    };
  }

  private int count(String key) {
    long whole = whole(key);
    Bounds.require(
        whole == (int) whole, key, whole, "must be at most " + Integer.MAX_VALUE + " in size");
    return (int) whole;
  }

  private List<Integer> counts(String key) {
    ConfigValue value = value(key);
    List<?> elements =
        value.unwrapped() instanceof List<?> list ? list : List.of(value.unwrapped());
    try {
      return elements.stream()
          .map(element -> new BigDecimal(String.valueOf(element)).intValueExact())
          .toList();
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(key, value, "a whole number or a list of them, such as [1, 2, 4]");
    }
  }

  private long whole(String key) {
    ConfigValue value = value(key);
    try {
      return decimal(key).longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(key, value, "a whole number");
    }
  }

  private double number(String key) {
    ConfigValue value = value(key);
    try {
      return decimal(key).doubleValue();
    } catch (NumberFormatException e) {
      throw wrong(key, value, "a number");
    }
  }

  private BigDecimal decimal(String key) {
    return new BigDecimal(value(key).unwrapped().toString());
  }

  private <E extends Enum<E>> E choice(String key, Class<E> type) {
    List<String> names =
        Arrays.stream(type.getEnumConstants())
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .toList();
    String name = text(key);
    Bounds.oneOf(key, name, names);
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
  }

  private ConfigValue value(String key) {
    if (config.getIsNull(key)) {
      throw new UserError(key + "=null: must have a value; leave the key out for its default");
    }
    return config.getValue(key);
  }

  private static UserError wrong(String key, ConfigValue value, String allowed) {
    String shown =
        value.valueType() == ConfigValueType.STRING
            ? (String) value.unwrapped()
            : value.render(ConfigRenderOptions.concise());
    return new UserError(
        "%s=%s%s: must be %s".formatted(key, shown, ConfigLoader.where(value.origin()), allowed));
  }
}
