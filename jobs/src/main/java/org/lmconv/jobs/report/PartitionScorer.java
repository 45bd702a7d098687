package org.lmconv.jobs.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.executor.ExecutorModels;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.likelihood.OrderEnsemble;
import org.lmconv.model.parameter.ParameterVector;

/** Scores the images of a partition, a batch at a time as the rows are asked for. */
final class PartitionScorer implements FlatMapFunction<Iterator<Image>, Row> {
  private static final long serialVersionUID = 1;

  private final ScoringPlan plan;
  private final Broadcast<ParameterVector> parameters;
  private final LongAccumulator scored;

  /**
   * @param scored counts images as they are done
   */
  PartitionScorer(ScoringPlan plan, Broadcast<ParameterVector> parameters, LongAccumulator scored) {
    this.plan = plan;
    this.parameters = parameters;
    this.scored = scored;
  }

  @Override
  public Iterator<Row> call(Iterator<Image> images) {
    return new Iterator<>() {
      private Iterator<Row> rows = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        return rows.hasNext() || images.hasNext();
      }

      @Override
      public Row next() {
        if (!rows.hasNext()) {
          rows = score(batch(images)).iterator();
        }
        return rows.next();
      }
    };
  }

  private List<Image> batch(Iterator<Image> images) {
    List<Image> batch = new ArrayList<>();
    while (batch.size() < plan.batchSize() && images.hasNext()) {
      batch.add(images.next());
    }
    return batch;
  }

  private List<Row> score(List<Image> batch) {
    int size = plan.model().image().dimensions();
    float[] x = new float[batch.size() * size];
    for (int i = 0; i < batch.size(); i++) {
      plan.encoder().forScoring(batch.get(i).id(), batch.get(i).pixels(), x, i * size);
    }
    double[][] nats =
        ExecutorModels.with(plan.model(), plan.placement(), model -> nats(model, x, batch.size()));
    scored.add(batch.size());
    return rows(batch, nats);
  }

  /** Negative log-likelihoods [images][orders]. */
  private double[][] nats(DeviceModel model, float[] x, int images) {
    model.load(parameters.value());
    double[][] nats = new double[images][plan.orders().size()];
    for (int order = 0; order < plan.orders().size(); order++) {
      float[] pixels = model.logLikelihoods(x, plan.orders().get(order)); // [N, H, W]
      int each = pixels.length / images;
      for (int i = 0; i < pixels.length; i++) {
        nats[i / each][order] -= pixels[i];
      }
    }
    return nats;
  }

  private List<Row> rows(List<Image> batch, double[][] nats) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      for (int order = 0; order < plan.orders().size(); order++) {
        rows.add(NllRows.of(plan, batch.get(i), plan.orders().get(order).name(), nats[i][order]));
      }
      rows.add(NllRows.of(plan, batch.get(i), NllRows.ENSEMBLE, OrderEnsemble.nats(nats[i])));
    }
    return rows;
  }
}
