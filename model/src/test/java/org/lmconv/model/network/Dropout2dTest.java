package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.Pass;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.Region;

/** Dropout of whole maps. */
class Dropout2dTest {
  private static final int IMAGES = 40;
  private static final int CHANNELS = 50;

  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());

  @AfterEach
  void close() {
    manager.close();
  }

  private float[] scales(Dropout2d dropout, String layer, int images) {
    return dropout.scales(manager, layer, images, CHANNELS).toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void wholeMapsAreZeroOrScaledUp(double probability) {
    float[] scales = scales(new Dropout2d(probability, 3), "layer", IMAGES);
    assertThat(scales).hasSize(IMAGES * CHANNELS);
    float survivor = (float) (1 / (1 - probability));
    int dropped = 0;
    for (float scale : scales) {
      assertThat(scale).isIn(0f, survivor);
      dropped += scale == 0 ? 1 : 0;
    }
    // Five deviations of a binomial share.
    double deviation = Math.sqrt(probability * (1 - probability) / scales.length);
    assertThat((double) dropped / scales.length).isCloseTo(probability, within(5 * deviation));
  }

  /** The block that drops, in both implementations: a channel is gone, or scaled, everywhere. */
  @Test
  void scalesMultiplyTheChannelsOfTheConvolutionsInput() {
    LocallyMaskedConv2d layer =
        new LocallyMaskedConv2d("c", 2, 1, new LocallyMaskedConv2d.Options(1, false, false, false));
    Parameters ones =
        new Parameters(
            manager,
            new ParameterLayout(layer.parameters()),
            new ParameterVector(new float[] {1, 10}));
    Grid grid = new Grid(1, 2);
    KernelMask mask =
        KernelMask.of(
            OrderKind.RASTER.on(grid), new KernelShape(1, 1), Centre.SEEN, Region.none(grid));
    NDArray x = Tensors.copyOf(manager, new float[] {1, 2, 3, 4}, new Shape(1, 2, 1, 2));
    NDArray scales = Tensors.copyOf(manager, new float[] {0, 2}, new Shape(1, 2));
    for (Style style : Style.values()) {
      NDArray y =
          Pass.score(
              style,
              ones,
              List.of(x),
              (operations, p, in) ->
                  layer.forward(
                      operations,
                      p,
                      in.get(0),
                      Nonlinearity.ELU,
                      scales,
                      new MaskTensors(manager, mask)));
      assertThatTensor(y).as(style.name()).hasShape(1, 1, 1, 2).hasValues(60, 80);
    }
  }

  @Test
  void theSeedAndTheLayerDecideWhatIsDropped() {
    float[] scales = scales(new Dropout2d(0.5, 3), "layer", IMAGES);
    assertThat(scales(new Dropout2d(0.5, 3), "layer", IMAGES)).isEqualTo(scales);
    assertThat(scales(new Dropout2d(0.5, 4), "layer", IMAGES)).isNotEqualTo(scales);
    assertThat(scales(new Dropout2d(0.5, 3), "other", IMAGES)).isNotEqualTo(scales);
  }

  @Test
  void whatAnImageDropsDependsOnItsPlaceButNotOnTheSizeOfTheBatch() {
    Dropout2d dropout = new Dropout2d(0.5, 3);
    float[] few = scales(dropout, "layer", 2);
    assertThat(few).isEqualTo(Arrays.copyOf(scales(dropout, "layer", IMAGES), few.length));
  }

  @Test
  void zeroProbabilityDropsNothing() {
    assertThat(Dropout2d.OFF.scales(manager, "layer", 2, 3)).isNull();
    assertThat(new Dropout2d(0, 9).scales(manager, "layer", 2, 3)).isNull();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void refusesWhatIsNoProbabilityOfDropping(double probability) {
    assertThatThrownBy(() -> new Dropout2d(probability, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dropout is in [0, 1), got " + probability);
  }
}
