package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.EveryKey;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.Operations.FeatureNorm;

class ModelConfigTest {
  private static final ImageShape GREY = new ImageShape(1, 28, 28);
  private static final ImageShape RGB = new ImageShape(3, 8, 8);

  private static ModelSpec spec(ImageShape image, String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "test", EveryKey.class)
        .model()
        .spec(image);
  }

  @ParameterizedTest
  @CsvSource({
    "pono, false, PONO",
    "weight_norm, true, NONE",
    "order_rescale, false, ORDER_RESCALE",
    "none, false, NONE",
    "weight_norm+pono, true, PONO"
  })
  void eachNormalizationIsThatOfTheNetwork(String name, boolean weightNorm, FeatureNorm norm) {
    ModelSpec spec = spec(GREY, "model.normalization=" + name);
    assertThat(spec.network().weightNorm()).isEqualTo(weightNorm);
    assertThat(spec.network().featureNorm()).isEqualTo(norm);
    assertThat(spec.newNetwork().layout().size()).isPositive();
  }

  @Test
  void theOptionsOfTheNetworkAreThoseOfTheConfiguration() {
    String words =
        "model.filters=6 model.resnets=2 model.kernel=5 model.dilation=3 model.bias=false"
            + " model.mask-weight=true model.dropout=0.25";
    ModelSpec spec = spec(GREY, words.split(" "));
    assertThat(spec.image()).isEqualTo(GREY);
    assertThat(spec.network())
        .isEqualTo(new NetworkConfig(6, 2, 5, 3, false, FeatureNorm.PONO, false, true, 0.25));
  }

  /**
   * The first two counts are those of the authors' PyTorch modules; all four are what a sum over
   * the layers gives by hand.
   */
  @ParameterizedTest
  @CsvSource({
    "mnist.conf, 1, 28, 46053604",
    "cifar10.conf, 3, 32, 46072360",
    "celebahq64.conf, 3, 64, 184202120",
    "quickstart.conf, 1, 28, 123316"
  })
  void eachShippedConfigurationHasItsParameters(String file, int channels, int side, int count) {
    Path path = Path.of("..", "conf", file);
    JobConfig config = ConfigLoader.load(Optional.of(path), List.of(), "test", EveryKey.class);
    ModelSpec spec = config.model().spec(new ImageShape(channels, side, side));
    assertThat(spec.newNetwork().layout().size()).isEqualTo(count);
    assertThat(config.ordersOn(spec.image().grid()).size()).isEqualTo(8);
  }

  @Test
  void likelihoodsAreThoseOfTheConfiguration() {
    assertThat(spec(GREY).likelihood()).isInstanceOf(Bernoulli.class);
    String mixture = "model.likelihood=logistic_mixture";
    for (ImageShape image : List.of(GREY, RGB)) {
      assertThat(spec(image, mixture, "model.mixtures=4").likelihood())
          .isEqualTo(new LogisticMixture(image.channels(), 4, new PixelLevels(8), Tail.EXACT));
    }
    assertThat(spec(RGB, mixture, "model.bits=5", "model.tail=published").likelihood())
        .isEqualTo(new LogisticMixture(3, 10, new PixelLevels(5), Tail.PUBLISHED));
  }

  @Test
  void bitsOfColoursAreRefused() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> spec(RGB))
        .withMessage(
            "model.likelihood=bernoulli is for one channel, the images are 8x8x3;"
                + " use logistic_mixture");
  }

  @Test
  void optionsThatExcludeEachOtherAreTheCallersFault() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> spec(GREY, "model.filters=1"))
        .withMessage("model: positional norm needs at least 2 filters, got 1");
  }
}
