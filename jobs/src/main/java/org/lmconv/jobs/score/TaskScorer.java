package org.lmconv.jobs.score;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.data.Batches;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.session.ExecutorModels;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.parameter.ParameterVector;

/**
 * Scores the items of a partition with the model of its executor, a batch at a time, as the rows
 * that come of them are asked for.
 *
 * @param <T> what has an image
 */
final class TaskScorer<T>
    implements FlatMapFunction<Iterator<T>, Row>, MapPartitionsFunction<T, Row> {
  private static final long serialVersionUID = 1;

  private final ScoringMethod method;
  private final Broadcast<ParameterVector> parameters;
  private final Reading<T> reading;
  private final Answer<T> answer;

  /** Takes the image out of an item. */
  @FunctionalInterface
  interface Reading<T> extends Serializable {
    Image image(T item);
  }

  /** Makes rows of an item and the scores of its image. */
  @FunctionalInterface
  interface Answer<T> extends Serializable {
    List<Row> rows(T item, Scores scores);
  }

  /**
   * The scores of an image.
   *
   * @param nats [orders] of the region, given all other pixels
   * @param maps [orders][pixels] nats of each pixel, row-major, 0 outside the region; null where
   *     they were not asked for
   */
  record Scores(double[] nats, float[][] maps) {}

  TaskScorer(
      ScoringMethod method,
      Broadcast<ParameterVector> parameters,
      Reading<T> reading,
      Answer<T> answer) {
    this.method = method;
    this.parameters = parameters;
    this.reading = reading;
    this.answer = answer;
  }

  @Override
  public Iterator<Row> call(Iterator<T> items) {
    return new Batches<>(items, method.batchSize(), this::rows);
  }

  private List<Row> rows(List<T> items) {
    float[] x = input(items);
    List<Scores> scores =
        ExecutorModels.with(
            method.model(),
            method.placement(),
            model -> {
              model.load(parameters.value());
              return scoreUnderEach(model, x, items.size());
            });
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      rows.addAll(answer.rows(items.get(i), scores.get(i)));
    }
    return rows;
  }

  /** [N, C, H, W]. */
  private float[] input(List<T> items) {
    int size = method.model().image().dimensions();
    float[] x = new float[items.size() * size];
    for (int i = 0; i < items.size(); i++) {
      Image image = reading.image(items.get(i));
      method.encoder().forScoring(image.id(), image.pixels(), x, i * size);
    }
    return x;
  }

  private List<Scores> scoreUnderEach(DeviceModel model, float[] x, int images) {
    int orders = method.orders().size();
    int pixels = method.region().grid().pixels();
    List<Scores> scores = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      float[][] maps = method.maps() ? new float[orders][pixels] : null;
      scores.add(new Scores(new double[orders], maps));
    }
    for (int order = 0; order < orders; order++) {
      float[] logLikelihoods = model.logLikelihoods(x, method.orders().get(order)); // [N, H, W]
      for (int image = 0; image < images; image++) {
        add(logLikelihoods, image * pixels, order, scores.get(image));
      }
    }
    return scores;
  }

  /** Adds the pixels of one image, from {@code offset} on, under one order. */
  private void add(float[] logLikelihoods, int offset, int order, Scores to) {
    for (int pixel = 0; pixel < method.region().grid().pixels(); pixel++) {
      if (method.region().contains(pixel)) {
        to.nats()[order] -= logLikelihoods[offset + pixel];
        if (to.maps() != null) {
          to.maps()[order][pixel] = -logLikelihoods[offset + pixel];
        }
      }
    }
  }
}
