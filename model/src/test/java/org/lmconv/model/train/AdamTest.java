package org.lmconv.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.model.Seeds;
import org.lmconv.model.TestDevice;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.network.GoldenNetwork;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Npz;

class AdamTest {

  /** Three steps of the whole network, as the authors' code takes them. */
  @ParameterizedTest
  @CsvSource({"adam, a", "adam_clip, a_pono"})
  void threeStepsAgree(String archive, String network) {
    GoldenNetwork golden = GoldenNetwork.named(network);
    Npz npz = Npz.resource(archive + ".npz");
    float[] rates = npz.floats("lr_used");
    ParameterVector ema = golden.parameters();
    try (DeviceModel model = new DeviceModel(golden.spec(), TestDevice.get(), Execution.DEFAULT)) {
      model.load(golden.parameters(), settings(npz), AdamState.initial(golden.layout().size()));
      for (int step = 0; step < 3; step++) {
        double nats =
            model.train(
                batch(npz, step), golden.order(npz.ints("order_index")[step]), 0, rates[step]);
        double expected = npz.floats("loss_steps_f64")[step];
        // The goldens' README: losses agree to 1e-5, relative.
        assertThat(nats).as("step %d", step).isCloseTo(expected, within(1e-5 * expected));
        ema.moveTowards(model.parameters(), 0.9);
      }
      // The goldens' README: where a gradient is nearly 0 its sign, so a part of a step, is noise.
      float tolerance = 0.05f * rates[0] + 1e-6f;
      assertClose(
          archive, model.parameters().values(), golden.vector("param3:", npz).values(), tolerance);
      if (archive.equals("adam")) {
        assertClose("ema", ema.values(), golden.vector("ema_std:", npz).values(), tolerance);
      }
    }
  }

  private static AdamSettings settings(Npz npz) {
    float[] all = npz.floats("settings");
    return new AdamSettings(all[1], all[2], all[3], all[4], Math.max(all[5], 0));
  }

  private static float[] batch(Npz npz, int step) {
    float[] all = npz.floats("x_steps");
    int size = all.length / 3;
    return Arrays.copyOfRange(all, step * size, (step + 1) * size);
  }

  /** The formula of the class comment in plain Java. */
  @ParameterizedTest
  @CsvSource({"0, 0", "0.1, 0", "0, 0.5", "0.1, 0.5"})
  void agreesWithTheFormula(double weightDecay, double clip) {
    AdamSettings settings = new AdamSettings(0.8, 0.95, 1e-3, weightDecay, clip);
    double[] p = {0.5, -1, 2};
    double[] m = new double[3];
    double[] v = new double[3];
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray parameters = tensor(manager, 0.5f, -1, 2);
      Adam adam = new Adam(manager, settings, AdamState.initial(3));
      for (int step = 1; step <= 5; step++) {
        double[] gradient = {Seeds.uniform(step, 0), -Seeds.uniform(step, 1), 0};
        adam.update(parameters, tensor(manager, (float) gradient[0], (float) gradient[1], 0), 0.1);
        slowStep(settings, step, p, m, v, gradient);
      }
      for (int i = 0; i < 3; i++) {
        // Float32 numbers of order 1 after five steps.
        assertThat((double) parameters.toFloatArray()[i]).isCloseTo(p[i], within(2e-6));
      }
    }
  }

  private static void slowStep(
      AdamSettings settings, int step, double[] p, double[] m, double[] v, double[] gradient) {
    double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
    double scale = settings.clip() == 0 ? 1 : Math.min(1, settings.clip() / (norm + 1e-6));
    for (int i = 0; i < p.length; i++) {
      double g = gradient[i] * scale + settings.weightDecay() * p[i];
      m[i] = settings.beta1() * m[i] + (1 - settings.beta1()) * g;
      v[i] = settings.beta2() * v[i] + (1 - settings.beta2()) * g * g;
      double mean = m[i] / (1 - Math.pow(settings.beta1(), step));
      double square = v[i] / (1 - Math.pow(settings.beta2(), step));
      p[i] -= 0.1 * mean / (Math.sqrt(square) + settings.epsilon());
    }
  }

  private static NDArray tensor(NDManager manager, float... values) {
    return Tensors.copyOf(manager, values, new Shape(values.length));
  }

  @Test
  void aSavedStateGoesOnBitForBit() {
    AdamSettings settings = new AdamSettings(0.9, 0.999, 1e-8, 0.01, 1);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray through = tensor(manager, 1, 2);
      NDArray stopped = tensor(manager, 1, 2);
      Adam adam = new Adam(manager, settings, AdamState.initial(2));
      Adam before = new Adam(manager, settings, AdamState.initial(2));
      adam.update(through, tensor(manager, 3, -0.1f), 0.1);
      before.update(stopped, tensor(manager, 3, -0.1f), 0.1);
      Adam after = new Adam(manager, settings, before.state());
      adam.update(through, tensor(manager, -1, 0.2f), 0.1);
      after.update(stopped, tensor(manager, -1, 0.2f), 0.1);
      assertThat(stopped.toFloatArray()).isEqualTo(through.toFloatArray());
      assertThat(after.state()).isEqualTo(adam.state());
      assertThat(after.state().step()).isEqualTo(2);
    }
  }

  @Test
  void aGradientThatIsNotFiniteChangesNothing() {
    AdamSettings settings = new AdamSettings(0.9, 0.999, 1e-8, 0, 0);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray parameters = tensor(manager, 1, 2);
      Adam adam = new Adam(manager, settings, AdamState.initial(2));
      assertThat(adam.update(parameters, tensor(manager, Float.NaN, 1), 0.1)).isNaN();
      assertThat(parameters.toFloatArray()).containsExactly(1, 2);
      assertThat(adam.state()).isEqualTo(AdamState.initial(2));
    }
  }

  @Test
  void settingsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamSettings(1, 0.999, 1e-8, 0, 0))
        .withMessage("Adam's beta1 is in [0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamSettings(0.9, 0.999, 0, 0, 0))
        .withMessage("Adam's epsilon is positive, got 0.0");
  }
}
