package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.conf.BenchConfig.Channels;
import org.lmconv.jobs.conf.JobConfig.BenchKeys;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

class BenchConfigTest {
  private static BenchConfig load(String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "bench", BenchKeys.class).bench();
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

  @Test
  void aBoxMayStandInAList() {
    BenchConfig bench =
        load("bench.image=4x6x1", "bench.orders=[raster+0:2,1:3, gilbert/1,raster+1:2,0:1]");
    assertThat(names(bench.orderSet()))
        .containsExactly("raster/0+0:2,1:3", "gilbert/1", "raster/0+1:2,0:1");
  }
}
