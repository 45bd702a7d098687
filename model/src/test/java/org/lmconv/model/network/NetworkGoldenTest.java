package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Pass;
import org.lmconv.model.Plans;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.DeviceModel.Gradient;
import org.lmconv.model.device.Execution;
import org.lmconv.model.likelihood.OrderEnsemble;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.reference.ReferenceModel;
import org.lmconv.model.reference.ReferenceOperations;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.MaskPlan;

/** Whole networks against those of the authors' code. */
class NetworkGoldenTest {
  /** The goldens' README: logits differ by less than 4e-6 from float64 there; 5e-5 is advised. */
  private static final double LOGITS = 5e-5;

  /** Relative; float32 sums of 1e3 nats: 2e-7 in the reference itself, 1e-5 is advised. */
  private static final double LOSS = 1e-5;

  /** Of the tensor's largest gradient; 7.4e-5 in the reference itself, 1e-3 is advised. */
  private static final double GRADIENT = 1e-3;

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_pono", "b", "c", "d"})
  void parametersAreThoseOfTheStateDict(String name) {
    GoldenNetwork golden = GoldenNetwork.named(name);
    assertThat(golden.layout().names()).containsExactlyInAnyOrderElementsOf(golden.names());
    assertThat(golden.layout().size()).isEqualTo(GoldenNetwork.PARAMETER_COUNTS.get(name));
    for (ParameterSpec spec : golden.layout().specs()) {
      assertThat(spec.shape().getShape()).isEqualTo(golden.npz().shape("param:" + spec.name()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_pono", "b", "c", "d"})
  void logitsAgreeUnderEveryOrder(String name) {
    GoldenNetwork golden = GoldenNetwork.named(name);
    for (Style style : Style.values()) {
      for (int i = 0; i < golden.orders(); i++) {
        float[] expected = golden.npz().floats("logits_" + i);
        assertClose(style + ", order " + i, logits(style, golden, i), expected, LOGITS);
      }
    }
  }

  private static float[] logits(Style style, GoldenNetwork golden, int order) {
    LmConvNetwork network = golden.spec().newNetwork();
    NetworkConfig config = network.config();
    ImageShape image = golden.spec().image();
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get());
        NetworkMasks masks =
            NetworkMasks.of(
                manager, LayerMasks.of(golden.order(order), config.kernel(), config.dilation()))) {
      Parameters parameters = new Parameters(manager, network.layout(), golden.parameters());
      Shape shape = new Shape(golden.batch(), image.channels(), image.height(), image.width());
      NDArray x = Tensors.copyOf(manager, golden.images(), shape);
      return Pass.score(
              style,
              parameters,
              List.of(),
              (operations, p, in) -> network.forward(operations, p, x, masks, Dropout2d.OFF))
          .toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_pono", "b", "c", "d"})
  void lossesAndTheirEnsembleAgree(String name) {
    GoldenNetwork golden = GoldenNetwork.named(name);
    double[][] natsOfImage = new double[golden.batch()][golden.orders()];
    try (DeviceModel model = new DeviceModel(golden.spec(), TestDevice.get(), Execution.DEFAULT)) {
      model.load(golden.parameters());
      for (int i = 0; i < golden.orders(); i++) {
        float[] pixels = model.logLikelihoods(golden.images(), golden.order(i));
        double sum = 0;
        for (int p = 0; p < pixels.length; p++) {
          natsOfImage[p / (pixels.length / golden.batch())][i] -= pixels[p];
          sum -= pixels[p];
        }
        double loss = golden.npz().floats("loss_" + i)[0];
        assertThat(sum).as("order %d", i).isCloseTo(loss, within(LOSS * loss));
      }
    }
    double ensemble = 0;
    for (double[] nats : natsOfImage) {
      ensemble += OrderEnsemble.nats(nats);
    }
    double expected = golden.npz().floats("loss_avg")[0];
    assertThat(ensemble).isCloseTo(expected, within(LOSS * expected));
    assertThat(golden.spec().image().bitsPerDimension(ensemble) / golden.batch())
        .isCloseTo(golden.npz().floats("bpd_avg")[0], within(LOSS * expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_pono", "b", "c", "d"})
  void everyGradientAgreesUnderEveryPlan(String name) {
    GoldenNetwork golden = GoldenNetwork.named(name);
    for (boolean recompute : new boolean[] {false, true}) {
      Plans.ALL.forEach(
          (plan, planner) -> {
            Execution execution = new Execution(Precision.FLOAT32, recompute);
            try (DeviceModel model =
                new DeviceModel(golden.spec(), TestDevice.get(), execution, planner)) {
              model.load(golden.parameters());
              assertGradient(golden, model.gradient(golden.images(), golden.order(0), 0));
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_pono", "b", "c", "d"})
  void everyGradientOfTheReferenceModelAgrees(String name) {
    GoldenNetwork golden = GoldenNetwork.named(name);
    try (ReferenceModel model =
        new ReferenceModel(
            golden.spec(),
            TestDevice.get(),
            ReferenceOperations.im2col(),
            MaskPlan::of,
            golden.parameters(),
            new AdamSettings(0.9, 0.999, 1e-8, 0, 0))) {
      assertGradient(golden, model.gradient(golden.images(), golden.order(0), 0));
    }
  }

  private static void assertGradient(GoldenNetwork golden, Gradient gradient) {
    double loss = golden.npz().floats("loss_0")[0];
    assertThat(gradient.nats()).isCloseTo(loss, within(LOSS * loss));
    golden.assertGradient(gradient.values(), GRADIENT);
  }
}
