package org.lmconv.notebooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Numbers of named things, such as orders. A chart of none says a sentence. */
public final class NamedChart implements Shown {
  private final CategoryChart chart;
  private final List<String> names = new ArrayList<>();
  private final DoubleSummaryStatistics range = new DoubleSummaryStatistics(); // of points
  private String whenEmpty = "Nothing to draw.";

  private NamedChart(CategoryChart chart) {
    this.chart = chart;
  }

  /** An empty chart; the labels name the units. */
  public static NamedChart of(String title, String xLabel, String yLabel) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(ChartStyle.HEIGHT)
            .title(title)
            .xAxisTitle(xLabel)
            .yAxisTitle(yLabel)
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setXAxisTickMarkSpacingHint(30); // or every second name is left out
    return new NamedChart(chart);
  }

  /** A point for each row, with a bar of one standard error; none where it is null. */
  public NamedChart points(String name, Table table, String thing, String y, String error) {
    if (!table.isEmpty()) {
      double[] errors = table.numbers(error);
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
      double error = Double.isNaN(errors[i]) ? 0 : errors[i];
      range.accept(y[i] - error);
      range.accept(y[i] + error);
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
    names.add(name);
    List<Double> bars =
        Arrays.stream(errors).mapToObj(error -> Double.isNaN(error) ? 0 : error).toList();
    boolean none = bars.stream().allMatch(bar -> bar == 0);
    List<Double> heights = Arrays.stream(y).boxed().toList();
    return none
        ? chart.addSeries(name, things, heights)
        : chart.addSeries(name, things, heights, bars);
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

  /** Cuts the y axis. */
  public NamedChart between(double least, double most) {
    chart.getStyler().setYAxisMin(least);
    chart.getStyler().setYAxisMax(most);
    return this;
  }

  /** What to say in Markdown if there is nothing to draw. */
  public NamedChart orSay(String sentence) {
    whenEmpty = sentence;
    return this;
  }

  @Override
  public String text() {
    return names.isEmpty()
        ? whenEmpty
        : "%s: %s; %s".formatted(chart.getTitle(), chart.getYAxisTitle(), String.join(", ", names));
  }

  @Override
  public Map<String, String> rich() {
    if (names.isEmpty()) {
      return Map.of("text/markdown", whenEmpty);
    }
    chart.getStyler().setLegendVisible(names.size() > 1);
    return new Picture(BitmapEncoder.getBufferedImage(chart), text()).rich();
  }
}
