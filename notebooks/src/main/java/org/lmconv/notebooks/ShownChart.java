package org.lmconv.notebooks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.lmconv.orders.picture.Picture;

/**
 * What all charts have in common: how they look, and that one without rows says a sentence.
 *
 * @param <T> the kind of chart
 */
abstract class ShownChart<T extends ShownChart<T>> implements Shown {
  static final int WIDTH = 760; // screen pixels; what code hosts show without shrinking
  static final int HEIGHT = 380;

  /** Of series, in turn: colours that also readers who do not tell red from green can tell. */
  static final Color[] COLOURS = {
    new Color(0x2F7EBC),
    new Color(0xF28E2B),
    new Color(0x5B5B5B),
    new Color(0x59A14F),
    new Color(0xB07AA1)
  };

  private static final Color LINE = new Color(0xD0D0D0);

  private final AxesChart<?, ?> chart;
  private final String axes;
  private final List<String> names = new ArrayList<>();
  private String whenEmpty = "Nothing to draw.";

  /** The labels name the units; the axes are what the words of the chart say of both. */
  ShownChart(AxesChart<?, ?> chart, String title, String xLabel, String yLabel, String axes) {
    this.chart = chart;
    this.axes = axes;
    chart.setTitle(title);
    chart.setXAxisTitle(xLabel);
    chart.setYAxisTitle(yLabel);
    AxesChartStyler styler = chart.getStyler();
    styler.setBaseFont(font(Font.PLAIN, 12));
    styler.setChartTitleFont(font(Font.BOLD, 14));
    styler.setAxisTitleFont(font(Font.PLAIN, 13));
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 12));
    styler.setLegendFont(font(Font.PLAIN, 12));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(LINE);
    styler.setPlotGridLinesStroke(new BasicStroke(0.6f));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setErrorBarsColorSeriesColor(true);
    styler.setSeriesColors(COLOURS);
    styler.setMarkerSize(8);
    styler.setDecimalPattern("#,##0.#####");
    styler.setAntiAlias(true);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  abstract T self();

  /** Lengths of bars of errors: none where it is null. */
  static double[] lengths(double[] errors) {
    return Arrays.stream(errors).map(error -> Double.isNaN(error) ? 0 : error).toArray();
  }

  /** The number of the next series. */
  int next(String name) {
    names.add(name);
    return names.size() - 1;
  }

  /** Cuts the y axis. */
  public T between(double least, double most) {
    chart.getStyler().setYAxisMin(least);
    chart.getStyler().setYAxisMax(most);
    return self();
  }

  /** What to say in Markdown if there is nothing to draw. */
  public T orSay(String sentence) {
    whenEmpty = sentence;
    return self();
  }

  @Override
  public String text() {
    return names.isEmpty()
        ? whenEmpty
        : "%s: %s; %s".formatted(chart.getTitle(), axes, String.join(", ", names));
  }

  @Override
  public Map<String, String> rich() {
    if (names.isEmpty()) {
      return Map.of("text/markdown", whenEmpty);
    }
    chart.getStyler().setLegendVisible(names.size() > 1);
    return Shown.show(new Picture(BitmapEncoder.getBufferedImage(chart), text())).rich();
  }
}
