package org.lmconv.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout of whole maps. */
class Dropout2dTest {
  private static final int MAPS = 40 * 50;
  private static final int PIXELS = 2 * 3;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final NDArray ones = manager.ones(new Shape(40, 50, 2, 3));

  @AfterEach
  void close() {
    manager.close();
  }

  private float[] apply(Dropout2d dropout, String layer) {
    return dropout.apply(ones, layer).toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void wholeMapsAreZeroOrScaledUp(double probability) {
    float[] y = apply(new Dropout2d(probability, 3), "layer");
    float survivor = (float) (1 / (1 - probability));
    int dropped = 0;
    for (int map = 0; map < MAPS; map++) {
      float first = y[map * PIXELS];
      assertThat(first).isIn(0f, survivor);
      for (int pixel = 1; pixel < PIXELS; pixel++) {
        assertThat(y[map * PIXELS + pixel]).isEqualTo(first);
      }
      dropped += first == 0 ? 1 : 0;
    }
    // Five deviations of a binomial share.
    double deviation = Math.sqrt(probability * (1 - probability) / MAPS);
    assertThat((double) dropped / MAPS).isCloseTo(probability, within(5 * deviation));
  }

  @Test
  void theSeedAndTheLayerDecideWhatIsDropped() {
    float[] mask = apply(new Dropout2d(0.5, 3), "layer");
    assertThat(apply(new Dropout2d(0.5, 3), "layer")).isEqualTo(mask);
    assertThat(apply(new Dropout2d(0.5, 4), "layer")).isNotEqualTo(mask);
    assertThat(apply(new Dropout2d(0.5, 3), "other")).isNotEqualTo(mask);
  }

  @Test
  void whatAnImageDropsDependsOnItsPlaceButNotOnTheSizeOfTheBatch() {
    Dropout2d dropout = new Dropout2d(0.5, 3);
    float[] few = dropout.apply(manager.ones(new Shape(2, 50, 2, 3)), "layer").toFloatArray();
    float[] all = apply(dropout, "layer");
    assertThat(few).isEqualTo(Arrays.copyOf(all, few.length));
  }

  @Test
  void zeroProbabilityIsTheIdentity() {
    assertThat(Dropout2d.OFF.apply(ones, "layer")).isSameAs(ones);
    assertThat(new Dropout2d(0, 9).apply(ones, "layer")).isSameAs(ones);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void refusesWhatIsNoProbabilityOfDropping(double probability) {
    assertThatThrownBy(() -> new Dropout2d(probability, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dropout is in [0, 1), got " + probability);
  }
}
