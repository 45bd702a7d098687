package org.lmconv.jobs.score;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.data.Batches;
import org.lmconv.jobs.data.Image;
import org.lmconv.model.parameter.ParameterVector;

/** Makes the rows of {@code nll/} of the images of a partition. */
final class PartitionScorer implements FlatMapFunction<Iterator<Image>, Row> {
  private static final long serialVersionUID = 1;

  private final ScoringPlan plan;
  private final BatchScorer scorer;
  private final LongAccumulator scored;

  /**
   * @param scored counts images as they are done
   */
  PartitionScorer(ScoringPlan plan, Broadcast<ParameterVector> parameters, LongAccumulator scored) {
    this.plan = plan;
    this.scorer = new BatchScorer(plan.method(), parameters);
    this.scored = scored;
  }

  @Override
  public Iterator<Row> call(Iterator<Image> images) {
    return new Batches<>(images, plan.method().batchSize(), this::score);
  }

  private List<Row> score(List<Image> batch) {
    List<Scored> images = scorer.score(batch);
    scored.add(batch.size());
    return images.stream().flatMap(this::rows).toList();
  }

  private Stream<Row> rows(Scored image) {
    return NllRows.of(plan, image).stream();
  }
}
