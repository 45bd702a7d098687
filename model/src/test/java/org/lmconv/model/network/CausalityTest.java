package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.model.Pass;
import org.lmconv.model.Seeds;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Any;
import org.lmconv.orders.Grid;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** The law of the model: a pixel's logits depend on the pixels visited earlier, and on no other. */
class CausalityTest {
  private static final Grid SQUARE = new Grid(4, 4);
  private static final Grid OBLONG = new Grid(3, 5);

  static Stream<PixelOrder> orders() {
    List<String> everyGrid = List.of("raster/*", "s_curve/*", "gilbert/*");
    Stream<PixelOrder> regionLast =
        OrderSet.parse(List.of("s_curve/*"), SQUARE).orders().stream()
            .map(order -> order.withLast(Region.parse("center", SQUARE)));
    return Stream.of(
            OrderSet.parse(everyGrid, SQUARE).orders().stream(),
            OrderSet.parse(everyGrid, OBLONG).orders().stream(),
            OrderSet.parse(List.of("hilbert/*"), SQUARE).orders().stream(),
            regionLast)
        .flatMap(each -> each);
  }

  /** Every feature that could leak: norms, mask weights, dilation, three channels. */
  private static LmConvNetwork network(FeatureNorm norm) {
    return new LmConvNetwork(new NetworkConfig(4, 1, 3, 2, false, norm, true, true, 0), 3, 5);
  }

  /** Every third of them, unless asked for more: what is slow is autograd for each pixel. */
  static Stream<PixelOrder> someOrders() {
    List<PixelOrder> all = orders().toList();
    int every = Any.tries() >= 100 ? 1 : 3;
    return IntStream.range(0, all.size()).filter(i -> i % every == 0).mapToObj(all::get);
  }

  @ParameterizedTest
  @MethodSource("someOrders")
  void gradientsReachOnlyEarlierPixels(PixelOrder order) {
    // The norms differ in what they read of a mask, not of an order: one family tries them all.
    Set<FeatureNorm> norms =
        order.name().startsWith("raster/")
            ? EnumSet.allOf(FeatureNorm.class)
            : EnumSet.of(FeatureNorm.PONO);
    for (FeatureNorm norm : norms) {
      try (Fixture fixture = new Fixture(network(norm), order)) {
        for (int i = 0; i < order.size(); i++) {
          assertOnlyEarlier(order, i, fixture.gradientMagnitudes(i), norm);
        }
      }
    }
  }

  private static void assertOnlyEarlier(
      PixelOrder order, int output, float[] magnitudes, FeatureNorm norm) {
    boolean any = false;
    for (int input = 0; input < order.size(); input++) {
      if (!order.precedes(input, output)) {
        assertThat(magnitudes[input])
            .as("%s: d logits of pixel %d / d pixel %d", norm, output, input)
            .isZero();
      }
      any |= magnitudes[input] != 0;
    }
    // Every pixel but the first has an earlier neighbour on these continuous curves.
    boolean sees = order.stepOf(output) > 0 && order.name().startsWith("s_curve/");
    assertThat(any || !sees).as("%s: pixel %d sees something", norm, output).isTrue();
  }

  @ParameterizedTest
  @MethodSource("orders")
  void aChangedPixelChangesOnlyLaterLogits(PixelOrder order) {
    try (Fixture fixture = new Fixture(network(FeatureNorm.PONO), order)) {
      float[] before = fixture.logits(-1);
      for (int input = 0; input < order.size(); input++) {
        float[] after = fixture.logits(input);
        for (int i = 0; i < after.length; i++) {
          int output = i % order.size();
          if (!order.precedes(input, output)) {
            assertThat(after[i])
                .as("pixel %d changed, logits of pixel %d", input, output)
                .isEqualTo(before[i]);
          }
        }
      }
    }
  }

  /** A network with random parameters and one random image, {@code [1, 3, H, W]}. */
  private static final class Fixture implements AutoCloseable {
    private final NDManager manager = NDManager.newBaseManager(TestDevice.get());
    private final LmConvNetwork network;
    private final Grid grid;
    private final NetworkMasks masks;
    private final Parameters parameters;
    private final float[] image;

    Fixture(LmConvNetwork network, PixelOrder order) {
      this.network = network;
      grid = order.grid();
      masks = NetworkMasks.of(manager, LayerMasks.of(order, 3, 2));
      parameters = new Parameters(manager, network.layout(), network.layout().draw(7));
      image = new float[3 * grid.pixels()];
      for (int i = 0; i < image.length; i++) {
        image[i] = 2 * Seeds.uniform(11, i) - 1;
      }
    }

    /** The pass from the image after {@code Operations.input}, which is where gradients end. */
    private Pass.Piece piece(NDArray x) {
      return (operations, p, in) -> network.forward(operations, p, x, masks, Dropout2d.OFF);
    }

    private NDArray image(float[] values) {
      return Tensors.copyOf(manager, values, new Shape(1, 3, grid.height(), grid.width()));
    }

    /** Logits {@code [L, pixels]} after a change of one pixel in all channels, −1 for none. */
    float[] logits(int changed) {
      float[] values = image.clone();
      for (int i = changed; i >= 0 && i < values.length; i += grid.pixels()) {
        values[i] += 0.5f;
      }
      return Pass.score(Style.FUSED, parameters, List.of(), piece(image(values))).toFloatArray();
    }

    /**
     * Σ |d / d x| over channels, of a weighted sum of one pixel's logits, by input pixel. The fast
     * operations compute no gradient of an image, which nobody needs; those of autograd do.
     */
    float[] gradientMagnitudes(int output) {
      NDArray x = Autograd.leaf(manager, image(image));
      Operations operations = Style.REFERENCE.scoring();
      NDArray logits =
          Autograd.recording(
              () ->
                  operations.output(
                      network.forward(operations, parameters, x, masks, Dropout2d.OFF)));
      float[] upstream = new float[(int) logits.getShape().size()];
      for (int i = output; i < upstream.length; i += grid.pixels()) {
        upstream[i] = 1 + i;
      }
      Autograd.backward(logits, Tensors.copyOf(manager, upstream, logits.getShape()));
      float[] gradient = Autograd.gradient(x).toFloatArray();
      float[] magnitudes = new float[grid.pixels()];
      for (int i = 0; i < gradient.length; i++) {
        magnitudes[i % grid.pixels()] += Math.abs(gradient[i]);
      }
      return magnitudes;
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
