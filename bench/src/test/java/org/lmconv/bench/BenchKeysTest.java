package org.lmconv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.bench.BenchKeys.BenchConfig;
import org.lmconv.bench.BenchKeys.BenchConfig.Channels;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.Keys;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

class BenchKeysTest {
  private static BenchConfig load(String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "bench", BenchKeys.class)
        .as(BenchKeys.class)
        .bench();
  }

  private static List<String> names(OrderSet orders) {
    return orders.orders().stream().map(PixelOrder::name).toList();
  }

  @Test
  void readsShapes() {
    BenchConfig bench =
        load("bench.image=4x6x3", "bench.orders=raster", "bench.channels=[2-3, 10-4]");
    assertThat(bench.imageShape()).isEqualTo(new ImageShape(3, 4, 6));
    assertThat(bench.channelPairs()).containsExactly(new Channels(2, 3), new Channels(10, 4));
  }

  @Test
  void readsOrdersWithARegionToBeLast() {
    BenchConfig bench = load("bench.image=4x4x1", "bench.orders=s_curve+0:2,1:3");
    PixelOrder order = OrderKind.S_CURVE.on(bench.imageShape().grid());
    Region region = Region.parse("0:2,1:3", order.grid());
    assertThat(bench.orderSet().orders()).containsExactly(order.withLast(region));
    assertThat(names(bench.orderSet())).containsExactly("s_curve/0+0:2,1:3");
  }

  @Test
  void readsAllVariantsOfAnOrder() {
    BenchConfig bench = load("bench.image=4x6x1", "bench.orders=[raster/*+top, gilbert/*]");
    assertThat(names(bench.orderSet()))
        .containsSubsequence("raster/0+top", "gilbert/0")
        .filteredOn(name -> name.endsWith("+top"))
        .hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          what=everything | what=everything: must be layer, step, scoring, growth, precision, sample, nll or round
          bench.variants=fast | bench.variants=fast: must be plan, plain or im2col
          bench.channels=64 | bench.channels=64: must be INPUTS-OUTPUTS, such as 64-32
          bench.orders=[] | bench.orders=[]: no orders given; name at least one, such as s_curve/*
          bench.orders=hilbert | bench.orders=[hilbert]: order hilbert needs a square grid whose side is a power of two, got 28x28; use gilbert, which fits any rectangle
          bench.orders=raster+middle | bench.orders=[raster+middle]: region middle is unknown; use all, top, bottom, left, right, center, border or r0:r1,c0:c1 with the ends left out, such as 0:28,0:28
          bench.orders=raster+9:9,0:2 | bench.orders=[raster+9:9,0:2]: region 9:9,0:2 does not fit a 28x28 grid; need r0 < r1 <= 28 and c0 < c1 <= 28
          bench.batch-size=0 | bench.batch-size=0: must be at least 1
          bench.channels=[] | bench.channels=[]: must name one pair or more
          bench.variants=[] | bench.variants=[]: must name one or more
          bench.steps=0 | bench.steps=0: must be at least 1
          """)
  void refusesAWord(String word, String message) {
    assertThatExceptionOfType(UserError.class).isThrownBy(() -> load(word)).withMessage(message);
  }

  /** With those that plan has. */
  @Test
  void readsEachKeyOfItsSection() {
    assertThat(Keys.of(BenchKeys.class))
        .contains("what", "train.transport", "model.tail")
        .containsAll(ConfigLoader.keys().stream().filter(key -> key.startsWith("bench.")).toList());
    assertThat(ConfigLoader.keys()).containsAll(Keys.of(BenchKeys.class));
  }
}
