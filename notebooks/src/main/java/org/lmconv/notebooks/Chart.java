package org.lmconv.notebooks;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Numbers over numbers. Series without rows are left out; a chart of none says a sentence. */
public final class Chart implements Shown {
  private final XYChart chart;
  private final List<String> names = new ArrayList<>();
  private String whenEmpty = "Nothing to draw.";

  private Chart(XYChart chart) {
    this.chart = chart;
  }

  /** An empty chart; the labels name the units. */
  public static Chart of(String title, String xLabel, String yLabel) {
    XYChart chart =
        new XYChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(ChartStyle.HEIGHT)
            .title(title)
            .xAxisTitle(xLabel)
            .yAxisTitle(yLabel)
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE); // curves fall
    return new Chart(chart);
  }

  /** A line through the points of two columns. */
  public Chart line(String name, Table table, String x, String y) {
    if (!table.isEmpty()) {
      XYSeries series = chart.addSeries(name, table.numbers(x), table.numbers(y));
      colour(series).setMarker(SeriesMarkers.NONE);
      unevenSpacing(table.numbers(x), table.numbers(y));
    }
    return this;
  }

  /** The single points of two columns. */
  public Chart points(String name, Table table, String x, String y) {
    return points(name, table.numbers(x), table.numbers(y), new double[table.size()]);
  }

  /** The single points of two columns, with bars of one standard error; none where it is null. */
  public Chart points(String name, Table table, String x, String y, String error) {
    return points(name, table.numbers(x), table.numbers(y), table.numbers(error));
  }

  private Chart points(String name, double[] x, double[] y, double[] errors) {
    if (x.length > 0) {
      double[] bars = Arrays.stream(errors).map(error -> Double.isNaN(error) ? 0 : error).toArray();
      XYSeries series = colour(chart.addSeries(name, x, y, bars));
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      series.setMarker(SeriesMarkers.CIRCLE);
      unevenSpacing(x, y);
    }
    return this;
  }

  private XYSeries colour(XYSeries series) {
    Color colour = Palette.SERIES[names.size() % Palette.SERIES.length];
    names.add(series.getName());
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    return series;
  }

  /**
   * Where values are evenly spaced, as rounds are, XChart puts ticks on some of them, such as 1,
   * 17, 33, instead of on round numbers. Two points that are not shown make the spacing uneven.
   */
  private void unevenSpacing(double[] x, double[] y) {
    double[] xs = {within(x, 0.1234), within(x, 0.4567)};
    double[] ys = {within(y, 0.1234), within(y, 0.4567)};
    XYSeries hidden = chart.addSeries("uneven " + names.size(), xs, ys);
    hidden.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    hidden.setMarker(SeriesMarkers.NONE);
    hidden.setShowInLegend(false);
  }

  private static double within(double[] values, double share) {
    DoubleSummaryStatistics range = Arrays.stream(values).summaryStatistics();
    return range.getMin() + share * (range.getMax() - range.getMin());
  }

  /** Cuts the y axis. */
  public Chart between(double least, double most) {
    styler().setYAxisMin(least);
    styler().setYAxisMax(most);
    return this;
  }

  /** What to say in Markdown if there is nothing to draw. */
  public Chart orSay(String sentence) {
    whenEmpty = sentence;
    return this;
  }

  private XYStyler styler() {
    return chart.getStyler();
  }

  @Override
  public String text() {
    return names.isEmpty()
        ? whenEmpty
        : "%s: %s over %s; %s"
            .formatted(
                chart.getTitle(),
                chart.getYAxisTitle(),
                chart.getXAxisTitle(),
                names.stream().collect(Collectors.joining(", ")));
  }

  @Override
  public Map<String, String> rich() {
    if (names.isEmpty()) {
      return Map.of("text/markdown", whenEmpty);
    }
    styler().setLegendVisible(names.size() > 1);
    return new Picture(BitmapEncoder.getBufferedImage(chart), text()).rich();
  }
}
