package org.lmconv.jobs.conf;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.Serializable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import org.lmconv.model.likelihood.Temperature;
import org.lmconv.model.tensor.Precision;

/**
 * What each command reads: a record, whose components are the keys that may be typed with it, in
 * the order in which messages list them. {@code reference.conf} explains each key.
 */
public final class Keys {
  /** All of these, to check whole files. */
  static final List<Class<? extends Record>> ALL =
      List.of(
          TrainKeys.class,
          NllKeys.class,
          SampleKeys.class,
          CompleteKeys.class,
          IngestKeys.class,
          ImportKeys.class,
          ExportKeys.class,
          AverageKeys.class,
          ReportKeys.class,
          PlanKeys.class,
          JobConfig.Provenance.class);

  private Keys() {}

  /** Why a command does not read other keys, to end an error message. */
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Because {
    /** A clause. */
    String value();
  }

  /** For what reads every key. */
  public record EveryKey() {}

  /** Where the network runs. */
  public enum DeviceChoice {
    /** On a GPU where there is one. */
    AUTO,
    CPU,
    /** On a GPU, or not at all. */
    GPU
  }

  /** How grey levels become bits, for the Bernoulli likelihood, and the seed of that. */
  public record Binarization(Mode binarize, long binarizeSeed) implements Serializable {
    /** When the bits are drawn. */
    public enum Mode {
      /** Anew each time an image is seen, with the intensity as probability. */
      DYNAMIC,
      /** Once per image, with the intensity as probability. */
      FIXED,
      /** Never: a bit is 1 from half intensity. */
      THRESHOLD
    }
  }

  /** Of {@code train}. */
  @Because("it starts from the run folder and reads an images table")
  public record TrainKeys(
      String run,
      String data,
      String split,
      long seed,
      List<String> orders,
      String initFrom,
      @JsonUnwrapped Binarization binarization,
      DeviceChoice device,
      Precision precision,
      ModelConfig model,
      TrainConfig train,
      ScoreConfig score) {
    public TrainKeys {
      requireRun(run);
      requireSplit(split);
      orders = checked(orders);
    }
  }

  /** Of {@code nll}, and how {@code train} scores. */
  @Because("the network and how it was trained come from the checkpoint")
  public record NllKeys(
      String run,
      String checkpoint,
      String data,
      String split,
      List<String> orders,
      String region,
      String out,
      DeviceChoice device,
      Precision precision,
      ScoreConfig score) {
    public NllKeys {
      requireRun(run);
      requireSplit(split);
      orders = checked(orders);
      requireRegion(region);
    }
  }

  /** Of {@code sample}. */
  @Because("the network comes from the checkpoint, and everything in an image is drawn")
  public record SampleKeys(
      String run,
      String checkpoint,
      List<String> orders,
      String out,
      long seed,
      DeviceChoice device,
      Precision precision,
      int count,
      DrawConfig draw) {
    public SampleKeys {
      requireRun(run);
      orders = checked(orders);
      Bounds.atLeast("count", count, 1);
    }
  }

  /** Of {@code complete}. */
  @Because("the network and how it was trained come from the checkpoint")
  public record CompleteKeys(
      String run,
      String checkpoint,
      String data,
      String split,
      List<String> orders,
      String region,
      String out,
      long seed,
      DeviceChoice device,
      Precision precision,
      int draws,
      CompleteDraw draw) {
    public CompleteKeys {
      requireRun(run);
      requireSplit(split);
      orders = checked(orders);
      requireRegion(region);
      Bounds.atLeast("draws", draws, 1);
    }
  }

  /** The section "draw" of {@code complete}. */
  public record CompleteDraw(int images, @JsonUnwrapped DrawConfig how) {
    public CompleteDraw {
      Bounds.atLeast("draw.images", images, 0);
    }
  }

  /** Of {@code ingest}. */
  public record IngestKeys(String source, String path, String data, IngestConfig ingest) {}

  /** Of {@code import}. */
  @Because("the network comes from the file")
  public record ImportKeys(
      String from,
      String run,
      String data,
      List<String> orders,
      @JsonUnwrapped Binarization binarization,
      Untold model) {
    public ImportKeys {
      requireRun(run);
      orders = checked(orders);
    }

    /** What files do not tell of a network. {@link ModelConfig} checks it. */
    public record Untold(
        int dilation, String normalization, double dropout, int bits, String tail) {}
  }

  /** Of {@code export}. */
  @Because("it writes what a checkpoint has")
  public record ExportKeys(String run, String checkpoint, String to, boolean weightsOnly) {
    public ExportKeys {
      requireRun(run);
    }
  }

  /** Of {@code average}. */
  @Because("it averages checkpoints of a run")
  public record AverageKeys(String run, int last, String to) {
    public AverageKeys {
      requireRun(run);
      Bounds.atLeast("last", last, 1);
    }
  }

  /** Of {@code report}. */
  @Because("everything else comes from the tables of the runs")
  public record ReportKeys(String run, String out) {
    public ReportKeys {
      requireRun(run);
    }
  }

  /** The section "score". */
  public record ScoreConfig(int batchSize, int images, List<String> ensemble, boolean maps) {
    public ScoreConfig {
      ensemble = List.copyOf(ensemble);
      Bounds.atLeast("score.batch-size", batchSize, 1);
      Bounds.atLeast("score.images", images, 0);
    }
  }

  /** What {@code sample} and {@code complete} read of the section "draw". */
  public record DrawConfig(
      int batchSize, int sheetImages, double mixtureTemperature, double scaleTemperature) {
    public DrawConfig {
      Bounds.atLeast("draw.batch-size", batchSize, 1);
      Bounds.atLeast("draw.sheet-images", sheetImages, 0);
      Bounds.notNegative("draw.mixture-temperature", mixtureTemperature);
      Bounds.notNegative("draw.scale-temperature", scaleTemperature);
    }

    /** How boldly pixels are drawn. */
    public Temperature temperature() {
      return new Temperature(mixtureTemperature, scaleTemperature);
    }
  }

  /** The keys that a record reads. */
  public static List<String> of(Class<? extends Record> keys) {
    return keys == EveryKey.class ? ConfigLoader.keys() : RecordMapper.keys(keys);
  }

  private static void requireRun(String run) {
    Bounds.require(!run.isBlank(), "run", run, "must name a folder");
  }

  private static void requireSplit(String split) {
    Bounds.require(!split.isBlank(), "split", split, "must name a split such as test");
  }

  private static void requireRegion(String region) {
    Bounds.told("region", region, () -> Regions.requireSpelling(region));
  }

  private static List<String> checked(List<String> orders) {
    new Orders("orders", orders).requireNames();
    return List.copyOf(orders);
  }
}
