package org.lmconv.jobs.score;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.orders.Grid;

/**
 * Adds a column of negative log-likelihoods to any dataset of images: nats per image under the
 * ensemble of the orders, with the moving average of the parameters where the run has one. Each
 * executor has one model, and a task one batch of rows in memory.
 *
 * <pre>{@code
 * LmConvScorer scorer = new LmConvScorer().setModelUrl("runs/quickstart").setInputCol("pixels");
 * Dataset<Row> scored = images.transform(scorer::score);
 * }</pre>
 *
 * <p>Whatever is wrong is a {@link UserError} of one sentence: settings and columns at once, pixels
 * when their row is scored. Not for use by several threads at a time.
 */
public final class LmConvScorer {
  private String modelUrl = "";
  private String inputCol = "pixels";
  private String outputCol = "nll";
  private String idCol = "";
  private List<String> orders = List.of();
  private int batchSize = 50;
  private Grid size; // null: that of the model
  private Loaded loaded; // null until it is needed

  /**
   * The model of {@link #modelUrl}.
   *
   * @param parameters on the executors, for as long as a dataset needs them: Spark drops them then
   */
  private record Loaded(
      SparkContext spark,
      ModelSpec model,
      JobConfig config,
      Broadcast<ParameterVector> parameters) {}

  /** A scorer that still needs {@link #setModelUrl}. */
  public LmConvScorer() {}

  /**
   * Chooses the model; there is no default.
   *
   * @param modelUrl directory of a run, whose newest checkpoint is taken, or of one checkpoint, on
   *     any file system that Hadoop knows
   */
  public LmConvScorer setModelUrl(String modelUrl) {
    this.modelUrl = Objects.requireNonNull(modelUrl, "modelUrl");
    loaded = null;
    return this;
  }

  /** Names the column of the images, binary, uint8, row-major [H, W, C]; by default "pixels". */
  public LmConvScorer setInputCol(String inputCol) {
    this.inputCol = Objects.requireNonNull(inputCol, "inputCol");
    return this;
  }

  /** Names the column to add, double, which the dataset does not have; by default "nll". */
  public LmConvScorer setOutputCol(String outputCol) {
    this.outputCol = Objects.requireNonNull(outputCol, "outputCol");
    return this;
  }

  /**
   * Names the column of the images' ids, of any type, on which the bits of images depend that are
   * made black and white at random. By default "image_id"; without it, and where an id is null, a
   * hash of the pixels is the id.
   */
  public LmConvScorer setIdCol(String idCol) {
    this.idCol = Objects.requireNonNull(idCol, "idCol");
    return this;
  }

  /**
   * Chooses the orders that are averaged, as the key "orders" has them, such as "s_curve/*"; by
   * default those that the model was trained with.
   */
  public LmConvScorer setOrders(String... orders) {
    this.orders = List.of(orders);
    return this;
  }

  /**
   * Sets the size of the images; by default that of those that the model was trained on. The
   * network takes any.
   *
   * @throws UserError if a side is below 1
   */
  public LmConvScorer setImageSize(int height, int width) {
    if (height < 1 || width < 1) {
      throw new UserError("image size %dx%d: must be at least 1x1".formatted(height, width));
    }
    size = new Grid(height, width);
    return this;
  }

  /**
   * Sets how many images go through the network at a time, by default 50: a matter of speed and
   * memory, and of the last digits of the scores.
   *
   * @throws UserError if it is below 1
   */
  public LmConvScorer setBatchSize(int batchSize) {
    if (batchSize < 1) {
      throw new UserError("batchSize=" + batchSize + ": must be at least 1");
    }
    this.batchSize = batchSize;
    return this;
  }

  /**
   * The dataset with the output column at the end. Reads the checkpoint, once, but no image: they
   * are scored when an action asks for their rows.
   *
   * @throws UserError if there is no such checkpoint, an order is misspelt or does not fit its
   *     images, a column is missing, the images are not binary, or there is such an output column
   */
  public Dataset<Row> score(Dataset<Row> images) {
    ImageColumns columns = ImageColumns.in(images.schema(), inputCol, idCol);
    requireNew(images.schema());
    SparkSession spark = images.sparkSession();
    if (loaded == null || loaded.spark() != spark.sparkContext()) {
      loaded = load(spark.sparkContext());
    }
    ModelSpec model = sized(loaded.model());
    ScoringMethod method =
        ScoringMethod.of(spark, config(loaded.config()), model, Regions.all(model.image().grid()));
    TaskScorer<Row> scorer =
        new TaskScorer<>(
            method,
            loaded.parameters(),
            row -> columns.image(row, method.model().image()),
            (row, scores) -> List.of(longer(row, method.ensembleNats(scores.nats()))));
    StructType schema = images.schema().add(outputCol, DataTypes.DoubleType, false);
    return images.mapPartitions(scorer, Encoders.row(schema));
  }

  /** Spark's names differ by more than capital letters, unless it is told otherwise. */
  private void requireNew(StructType schema) {
    if (outputCol.isBlank()
        || Arrays.stream(schema.fieldNames()).anyMatch(outputCol::equalsIgnoreCase)) {
      throw new UserError(
          "outputCol=%s: must be a new name; the dataset has %s"
              .formatted(outputCol, String.join(", ", schema.fieldNames())));
    }
  }

  private static Row longer(Row row, double nats) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = nats;
    return RowFactory.create(values);
  }

  private ModelSpec sized(ModelSpec model) {
    return size == null
        ? model
        : new ModelSpec(
            new ImageShape(model.image().channels(), size.height(), size.width()),
            model.network(),
            model.likelihood());
  }

  private JobConfig config(JobConfig ofModel) {
    JobConfig config =
        ConfigLoader.defaults().over(ofModel).with(Map.of("score.batch-size", batchSize));
    return orders.isEmpty() ? config : config.with(Map.of("orders", orders));
  }

  private Loaded load(SparkContext spark) {
    if (modelUrl.isBlank()) {
      throw new UserError("modelUrl is not set; name the directory of a run or of a checkpoint");
    }
    try {
      Checkpoint read = SavedModel.find(spark.hadoopConfiguration(), modelUrl);
      Broadcast<ParameterVector> weights =
          JavaSparkContext.fromSparkContext(spark).broadcast(read.weights());
      return new Loaded(spark, read.model(), read.config(), weights);
    } catch (IOException | IllegalArgumentException e) { // the latter of malformed paths
      throw new UserError("modelUrl=%s cannot be read: %s".formatted(modelUrl, e.getMessage()), e);
    }
  }
}
