package org.lmconv.jobs.score;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.lmconv.jobs.data.Batches;
import org.lmconv.jobs.data.Image;
import org.lmconv.model.ImageShape;

/** Adds to each row of a partition the nats of its image under the ensemble. */
final class RowScorer implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private final BatchScorer scorer;
  private final ImageColumns columns;

  RowScorer(BatchScorer scorer, ImageColumns columns) {
    this.scorer = scorer;
    this.columns = columns;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Batches<>(rows, scorer.method().batchSize(), this::score);
  }

  private List<Row> score(List<Row> rows) {
    ImageShape shape = scorer.method().model().image();
    List<Image> images = rows.stream().map(row -> columns.image(row, shape)).toList();
    List<Scored> scored = scorer.score(images);
    List<Row> longer = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      longer.add(append(rows.get(i), scorer.method().ensembleNats(scored.get(i).nats())));
    }
    return longer;
  }

  private static Row append(Row row, double nats) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = nats;
    return RowFactory.create(values);
  }
}
