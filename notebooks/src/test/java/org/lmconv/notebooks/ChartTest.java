package org.lmconv.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ChartTest {
  private static final Color FIRST = ShownChart.COLOURS[0];
  private static final Table NONE = new Table(List.of("x", "y", "error"), List.of());
  private static final Table ROWS =
      new Table(
          List.of("x", "y", "error"),
          List.of(List.of(1, 92.0, 0.5), List.of(2, 91.0, 0.5), Arrays.asList(3, 90.0, null)));

  @Test
  void aChartWithoutRowsSaysASentence() {
    CurveChart curve = CurveChart.of("t", "x", "y").line("a", NONE, "x", "y");
    NamedChart named = NamedChart.of("t", "x", "y").points("a", NONE, "x", "y", "error");
    assertThat(List.of(curve.points("b", NONE, "x", "y").orSay("none"), named.orSay("none")))
        .allSatisfy(
            chart ->
                assertThat(chart.rich()).containsOnlyKeys("text/markdown").containsValue("none"));
  }

  @Test
  void aSeriesWithoutRowsIsLeftOut() throws IOException {
    CurveChart chart =
        CurveChart.of("t", "x", "y").line("none", NONE, "x", "y").line("some", ROWS, "x", "y");
    assertThat(chart.text()).isEqualTo("t: y over x; some");
    assertThat(pixels(chart, FIRST)).isGreaterThan(500); // a line across the chart
  }

  @Test
  void pointsHaveBarsOfTheirErrors() throws IOException {
    long without = pixels(CurveChart.of("t", "x", "y").points("a", ROWS, "x", "y"), FIRST);
    long with = pixels(CurveChart.of("t", "x", "y").points("a", ROWS, "x", "y", "error"), FIRST);
    assertThat(with).isGreaterThan(without + 50);
  }

  @Test
  void namedPointsFillTheChartWithTheirDifferences() throws IOException {
    BufferedImage image =
        image(NamedChart.of("t", "order", "nats").points("a", ROWS, "x", "y", "error"));
    int[] rows =
        IntStream.range(0, image.getHeight())
            .filter(y -> IntStream.range(0, image.getWidth()).anyMatch(x -> is(image, x, y, FIRST)))
            .toArray();
    // From 92.5 to 90, not from 92.5 to 0: the points are far from each other.
    assertThat(rows[rows.length - 1] - rows[0]).isGreaterThan(image.getHeight() / 2);
  }

  @Test
  void stackedBarsAddUp() throws IOException {
    NamedChart chart =
        NamedChart.of("t", "x", "%")
            .stacked()
            .bars("one", List.of("a"), new double[] {30})
            .bars("two", List.of("a"), new double[] {60});
    long one = pixels(chart, FIRST);
    long two = pixels(chart, ShownChart.COLOURS[1]);
    assertThat((double) two / one).isBetween(1.8, 2.2); // but for the legend's squares
  }

  private static long pixels(Shown chart, Color colour) throws IOException {
    BufferedImage image = image(chart);
    int width = image.getWidth();
    return IntStream.range(0, width * image.getHeight())
        .filter(i -> is(image, i % width, i / width, colour))
        .count();
  }

  private static boolean is(BufferedImage image, int x, int y, Color colour) {
    return image.getRGB(x, y) == colour.getRGB();
  }

  private static BufferedImage image(Shown chart) throws IOException {
    byte[] png = Base64.getDecoder().decode(chart.rich().get("image/png"));
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
