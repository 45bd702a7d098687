package org.lmconv.notebooks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** How all charts look. */
final class ChartStyle {
  static final int WIDTH = 760; // screen pixels; what code hosts show without shrinking
  static final int HEIGHT = 380;

  private ChartStyle() {}

  static void apply(AxesChartStyler styler) {
    styler.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(Palette.LINE);
    styler.setPlotGridLinesStroke(new BasicStroke(0.6f));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setErrorBarsColorSeriesColor(true);
    styler.setSeriesColors(Palette.SERIES);
    styler.setMarkerSize(8);
    styler.setDecimalPattern("#,##0.#####");
    styler.setAntiAlias(true);
  }
}
