package org.lmconv.notebooks;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Numbers of named things, such as orders. A chart of none says a sentence. */
public final class NamedChart extends ShownChart<NamedChart> {
  private final CategoryChart chart;
  private final DoubleSummaryStatistics range = new DoubleSummaryStatistics(); // of points

  private NamedChart(CategoryChart chart, String title, String xLabel, String yLabel) {
    super(chart, title, xLabel, yLabel, yLabel);
    this.chart = chart;
    chart.getStyler().setXAxisTickMarkSpacingHint(30); // or every second name is left out
  }

  /** An empty chart; the labels name the units. */
  public static NamedChart of(String title, String xLabel, String yLabel) {
    return new NamedChart(new CategoryChart(WIDTH, HEIGHT), title, xLabel, yLabel);
  }

  /** A point for each row, with a bar of one standard error; none where it is null. */
  public NamedChart points(String name, Table table, String thing, String y, String error) {
    if (!table.isEmpty()) {
      double[] errors = lengths(table.numbers(error));
      CategorySeries series = add(name, table.texts(thing), table.numbers(y), errors);
      series.setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
      series.setMarker(SeriesMarkers.CIRCLE);
      range(table.numbers(y), errors);
    }
    return this;
  }

  /** XChart would begin at 0, and show no difference between 92 and 93 nats. */
  private void range(double[] y, double[] errors) {
    for (int i = 0; i < y.length; i++) {
      range.accept(y[i] - errors[i]);
      range.accept(y[i] + errors[i]);
    }
    double margin = Math.max(0.1 * (range.getMax() - range.getMin()), 1e-6);
    between(range.getMin() - margin, range.getMax() + margin);
  }

  /** Bars from 0, [n] each. */
  public NamedChart bars(String name, List<String> things, double[] y) {
    if (!things.isEmpty()) {
      add(name, things, y, new double[y.length]);
    }
    return this;
  }

  private CategorySeries add(String name, List<String> things, double[] y, double[] errors) {
    next(name);
    List<Double> heights = Arrays.stream(y).boxed().toList();
    return Arrays.stream(errors).allMatch(error -> error == 0)
        ? chart.addSeries(name, things, heights)
        : chart.addSeries(name, things, heights, Arrays.stream(errors).boxed().toList());
  }

  /** Turns the names on the x axis, for long ones. */
  public NamedChart slanted() {
    chart.getStyler().setXAxisLabelRotation(30);
    return this;
  }

  /** Puts the series of each thing upon each other instead of side by side. */
  public NamedChart stacked() {
    chart.getStyler().setStacked(true);
    return this;
  }

  @Override
  NamedChart self() {
    return this;
  }
}
