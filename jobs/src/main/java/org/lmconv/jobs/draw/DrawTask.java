package org.lmconv.jobs.draw;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.data.Batches;
import org.lmconv.jobs.executor.ExecutorModels;
import org.lmconv.jobs.executor.MachineMemory;
import org.lmconv.model.parameter.ParameterVector;

/** Draws the batches of a partition, one at a time as the rows are asked for. */
final class DrawTask implements FlatMapFunction<Iterator<Batch>, Row> {
  private static final long serialVersionUID = 1;

  private final DrawPlan plan;
  private final Broadcast<ParameterVector> parameters;
  private final LongAccumulator drawn;

  /**
   * @param drawn counts rows as they are done
   */
  DrawTask(DrawPlan plan, Broadcast<ParameterVector> parameters, LongAccumulator drawn) {
    this.plan = plan;
    this.parameters = parameters;
    this.drawn = drawn;
  }

  @Override
  public Iterator<Row> call(Iterator<Batch> batches) {
    if (!plan.placement().local()) {
      plan.requireMemory(1, MachineMemory.totalBytes());
    }
    return new Batches<>(batches, 1, batch -> draw(batch.get(0)));
  }

  private List<Row> draw(Batch batch) {
    List<Drawn> results =
        ExecutorModels.with(
            plan.model(),
            plan.placement(),
            model -> {
              model.load(parameters.value());
              return new BatchDrawer(plan, model).draw(batch.images(), batch.hole());
            });
    drawn.add(results.size());
    return results.stream().map(each -> each.row(plan)).toList();
  }
}
