package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.orders.KernelMask.Centre;

class StepReadsTest {
  private static final Grid GRID = new Grid(6, 6);

  private static PixelOrder order(String name) {
    return OrderSet.parse(List.of(name), GRID).get(0);
  }

  private static KernelMask mask(PixelOrder order, Centre centre, int dilation) {
    return KernelMask.of(order, new KernelShape(3, dilation), centre, Region.none(GRID));
  }

  @ParameterizedTest
  @ValueSource(strings = {"raster/0", "s_curve/1", "s_curve/6", "gilbert/0"})
  void everyLiveTapIsReadAndNoOther(String name) {
    PixelOrder hole = order(name).withLast(Region.parse("center", GRID));
    for (Centre centre : Centre.values()) {
      for (int dilation = 1; dilation <= 2; dilation++) {
        KernelMask mask = mask(hole, centre, dilation);
        StepReads reads = StepReads.of(mask, hole);
        assertThat(reads.steps()).isEqualTo(36);
        for (int step = 0; step < 36; step++) {
          int pixel = hole.pixelAt(step);
          for (int i = 0; i < reads.taps().length; i++) {
            int tap = reads.taps()[i];
            int expected = mask.live(tap, pixel) ? hole.stepOf(mask.neighbour(tap, pixel)) : -1;
            assertThat(reads.read(step, i)).isEqualTo(expected);
          }
        }
        assertThat(reads.taps()).containsExactlyInAnyOrder(mask.liveTaps());
      }
    }
  }

  @Test
  void tapsThatAreOftenLiveComeFirst() {
    PixelOrder order = order("s_curve/0");
    StepReads reads = StepReads.of(mask(order, Centre.SEEN, 1), order);
    int[] live =
        Arrays.stream(reads.taps())
            .map(tap -> mask(order, Centre.SEEN, 1).liveCount(tap))
            .toArray();
    assertThat(live).isSortedAccordingTo((a, b) -> b - a);
    // Above three, the centre, and one side: left in even rows, right in odd ones.
    assertThat(reads.taps()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    assertThat(IntStream.range(0, 36).map(reads::width).max()).hasValue(6);
  }

  @Test
  void theFirstStepOfMaskAReadsNothing() {
    PixelOrder order = order("raster/0");
    assertThat(StepReads.of(mask(order, Centre.HIDDEN, 1), order).width(0)).isZero();
  }

  @Test
  void aMaskOfAnotherOrderIsRefused() {
    KernelMask mask = mask(order("raster/0"), Centre.SEEN, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StepReads.of(mask, order("raster/3")))
        .withMessageContaining("order raster/3 read step")
        .withMessageContaining("make it for that order");
    PixelOrder other = OrderSet.parse(List.of("raster/0"), new Grid(5, 5)).get(0);
    assertThatIllegalArgumentException().isThrownBy(() -> StepReads.of(mask, other));
  }
}
