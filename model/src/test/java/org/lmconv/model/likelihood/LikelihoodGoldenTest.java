package org.lmconv.model.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertClose;
import static org.lmconv.model.TensorAssert.assertCloseToScale;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Npz;

/** The likelihoods against those of the authors' code. */
class LikelihoodGoldenTest {
  private final Npz npz = Npz.resource("losses.npz");
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static List<String> everyTag() {
    return List.of(
        "bern",
        "bern_extreme",
        "dmol1",
        "dmol1_extreme",
        "dmol3_8bit",
        "dmol3_8bit_extreme",
        "dmol3_5bit",
        "dmol3_5bit_extreme",
        "dmol3_continuous");
  }

  private static PixelLikelihood likelihood(String tag) {
    if (tag.startsWith("bern")) {
      return new Bernoulli();
    }
    int bits = tag.contains("5bit") ? 5 : 8;
    return new LogisticMixture(
        tag.startsWith("dmol1") ? 1 : 3, 10, new PixelLevels(bits), Tail.PUBLISHED);
  }

  private NDArray tensor(String name) {
    return Tensors.copyOf(manager, npz.floats(name), new Shape(npz.shape(name)));
  }

  @ParameterizedTest
  @MethodSource("everyTag")
  void pixelsAndTotalsAgree(String tag) {
    float[] pixels =
        likelihood(tag).logLikelihood(tensor(tag + "_x"), tensor(tag + "_l")).toFloatArray();
    // The difference of two sigmoids near the 1e-5 switch: the reference's own float32 run is off
    // from its float64 run by up to 1e-2 there; 2e-2 is advised.
    assertClose(tag, pixels, npz.floats(tag + "_logp_pixel_f64"), 2e-2);

    double sum = 0;
    for (float pixel : pixels) {
      sum -= pixel;
    }
    double loss = npz.floats(tag + "_loss")[0];
    // 1e-5 is advised; the reference's own noise is up to 3e-6 of the loss.
    assertThat(sum).isCloseTo(loss, within(1e-5 * loss));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dmol1", "dmol1_extreme", "dmol3_8bit", "dmol3_5bit_extreme"})
  void componentsAgree(String tag) {
    LogisticMixture mixture = (LogisticMixture) likelihood(tag);
    NDArray components =
        mixture
            .componentLogLikelihoods(tensor(tag + "_x"), tensor(tag + "_l"))
            .transpose(0, 2, 3, 1);
    // As above.
    assertClose(tag, components.toFloatArray(), npz.floats(tag + "_logp"), 2e-2);
  }

  @ParameterizedTest
  @MethodSource("everyTag")
  void gradientsAgree(String tag) {
    NDArray logits = Autograd.leaf(manager, tensor(tag + "_l"));
    NDArray x = tensor(tag + "_x");
    Autograd.backward(
        Autograd.recording(() -> likelihood(tag).logLikelihood(x, logits).sum().neg()));
    // 1e-3 of the largest is advised; the reference's own noise is up to 1.6e-4 of it.
    float[] gradient = Autograd.gradient(logits).toFloatArray();
    assertCloseToScale(tag, gradient, npz.floats(tag + "_grad_l_f64"), 1e-3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bern", "dmol1", "dmol3_8bit", "dmol3_5bit"})
  void ensemblesOverOrdersAgree(String tag) {
    NDArray x = tensor(tag + "_x");
    NDArray logits = tensor(tag + "_avg_ls"); // [orders, N, L, H, W]
    int orders = (int) logits.getShape().get(0);
    int images = (int) logits.getShape().get(1);
    double[][] nats = new double[images][orders];
    double[][] top = new double[images][orders];
    for (int order = 0; order < orders; order++) {
      float[] pixels = likelihood(tag).logLikelihood(x, logits.get(order)).toFloatArray();
      int each = pixels.length / images;
      int width = (int) x.getShape().get(3);
      for (int p = 0; p < pixels.length; p++) {
        nats[p / each][order] -= pixels[p];
        top[p / each][order] -= p % each < 2 * width ? pixels[p] : 0;
      }
    }
    assertTotal(nats, npz.floats(tag + "_avg_loss")[0]);
    assertTotal(top, npz.floats(tag + "_avg_loss_top2")[0]);
  }

  private static void assertTotal(double[][] nats, double expected) {
    double total = 0;
    for (double[] image : nats) {
      total += OrderEnsemble.nats(image);
    }
    // As for one order.
    assertThat(total).isCloseTo(expected, within(1e-5 * expected));
  }
}
