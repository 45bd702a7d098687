package org.lmconv.model.network;

import static org.lmconv.model.TensorAssert.assertCloseToScale;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.orders.Npz;
import org.lmconv.orders.PixelOrder;

/** A network of the authors' code, with what it made of some images: {@code network_NAME.npz}. */
public final class GoldenNetwork {
  /** Sizes of the networks, from the goldens' table. */
  static final Map<String, Integer> PARAMETER_COUNTS =
      Map.of("a", 31_300, "a_pono", 12_249, "b", 30_764, "c", 14_379, "d", 4_677);

  private final Npz npz;
  private final int[] config;

  private GoldenNetwork(Npz npz) {
    this.npz = npz;
    this.config = npz.ints("config");
  }

  public static GoldenNetwork named(String name) {
    return new GoldenNetwork(Npz.resource("network_" + name + ".npz"));
  }

  public ModelSpec spec() {
    FeatureNorm norm =
        new FeatureNorm[] {FeatureNorm.NONE, FeatureNorm.PONO, FeatureNorm.ORDER_RESCALE}
            [config[10]];
    NetworkConfig network =
        new NetworkConfig(
            config[5],
            config[4],
            config[7],
            config[8],
            config[9] == 1,
            norm,
            config[11] == 1,
            config[12] == 1,
            0);
    return new ModelSpec(new ImageShape(config[1], config[2], config[3]), network, likelihood());
  }

  private PixelLikelihood likelihood() {
    return config[13] == 1
        ? new Bernoulli()
        : new LogisticMixture(config[1], config[6], new PixelLevels(config[14]), Tail.PUBLISHED);
  }

  public ParameterLayout layout() {
    return spec().newNetwork().layout();
  }

  public ParameterVector parameters() {
    return vector("param:", npz);
  }

  /** The gradient of the loss under order 0. */
  public ParameterVector gradient() {
    return vector("grad:", npz);
  }

  /** The arrays PREFIX + parameter name of an archive, joined in the order of the layout. */
  public ParameterVector vector(String prefix, Npz archive) {
    ParameterLayout layout = layout();
    ParameterVector vector = ParameterVector.zeros(layout.size());
    for (ParameterSpec spec : layout.specs()) {
      float[] values = archive.floats(prefix + spec.name());
      System.arraycopy(values, 0, vector.values(), layout.offset(spec.name()), values.length);
    }
    return vector;
  }

  /**
   * Compares a gradient tensor by tensor.
   *
   * @param relative largest difference, relative to the largest golden gradient of the tensor
   */
  void assertGradient(ParameterVector gradient, double relative) {
    float[] expected = gradient().values();
    for (ParameterSpec spec : layout().specs()) {
      int from = layout().offset(spec.name());
      int to = from + spec.size();
      assertCloseToScale(
          spec.name(),
          Arrays.copyOfRange(gradient.values(), from, to),
          Arrays.copyOfRange(expected, from, to),
          relative);
    }
  }

  public int orders() {
    return config[15];
  }

  public PixelOrder order(int i) {
    int[] places = npz.ints("order_" + i);
    int width = config[3];
    int[] pixels =
        IntStream.range(0, places.length / 2)
            .map(step -> places[2 * step] * width + places[2 * step + 1])
            .toArray();
    return PixelOrder.of("golden " + i, spec().image().grid(), pixels);
  }

  public int batch() {
    return config[0];
  }

  public float[] images() {
    return npz.floats("x");
  }

  Npz npz() {
    return npz;
  }

  /** Parameter names of the archive. */
  Set<String> names() {
    return npz.names().stream()
        .filter(name -> name.startsWith("param:"))
        .map(name -> name.substring("param:".length()))
        .collect(Collectors.toSet());
  }
}
