package org.lmconv.notebooks;

import java.awt.Color;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Numbers over numbers. Series without rows are left out; a chart of none says a sentence. */
public final class CurveChart extends ShownChart<CurveChart> {
  private final XYChart chart;

  private CurveChart(XYChart chart, String title, String xLabel, String yLabel) {
    super(chart, title, xLabel, yLabel, yLabel + " over " + xLabel);
    this.chart = chart;
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE); // curves fall
  }

  /** An empty chart; the labels name the units. */
  public static CurveChart of(String title, String xLabel, String yLabel) {
    return new CurveChart(new XYChart(WIDTH, HEIGHT), title, xLabel, yLabel);
  }

  /** A line through the points of two columns. */
  public CurveChart line(String name, Table table, String x, String y) {
    if (!table.isEmpty()) {
      XYSeries series = chart.addSeries(name, table.numbers(x), table.numbers(y));
      series.setMarker(SeriesMarkers.NONE);
      add(name, series, table.numbers(x), table.numbers(y));
    }
    return this;
  }

  /** The single points of two columns. */
  public CurveChart points(String name, Table table, String x, String y) {
    return points(name, table.numbers(x), table.numbers(y), new double[table.size()]);
  }

  /** The single points of two columns, with bars of one standard error; none where it is null. */
  public CurveChart points(String name, Table table, String x, String y, String error) {
    return points(name, table.numbers(x), table.numbers(y), table.numbers(error));
  }

  private CurveChart points(String name, double[] x, double[] y, double[] errors) {
    if (x.length > 0) {
      XYSeries series = chart.addSeries(name, x, y, lengths(errors));
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      series.setMarker(SeriesMarkers.CIRCLE);
      add(name, series, x, y);
    }
    return this;
  }

  private void add(String name, XYSeries series, double[] x, double[] y) {
    int number = next(name);
    Color colour = COLOURS[number % COLOURS.length];
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    unevenSpacing(number, x, y);
  }

  /**
   * Where values are evenly spaced, as rounds are, XChart puts ticks on some of them, such as 1,
   * 17, 33, instead of on round numbers. Two points that are not shown make the spacing uneven.
   */
  private void unevenSpacing(int number, double[] x, double[] y) {
    double[] xs = {within(x, 0.1234), within(x, 0.4567)};
    double[] ys = {within(y, 0.1234), within(y, 0.4567)};
    XYSeries hidden = chart.addSeries("uneven " + number, xs, ys);
    hidden.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    hidden.setMarker(SeriesMarkers.NONE);
    hidden.setShowInLegend(false);
  }

  private static double within(double[] values, double share) {
    DoubleSummaryStatistics range = Arrays.stream(values).summaryStatistics();
    return range.getMin() + share * (range.getMax() - range.getMin());
  }

  @Override
  CurveChart self() {
    return this;
  }
}
