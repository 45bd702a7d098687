package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.operation.Operations.FeatureNorm;

class LmConvNetworkTest {

  private static NetworkConfig config(int filters, int resnets, int kernel, FeatureNorm norm) {
    return new NetworkConfig(filters, resnets, kernel, 2, false, norm, true, false, 0);
  }

  @Test
  void thePublishedNetworksHaveThePublishedSizes() {
    NetworkConfig published = config(160, 5, 3, FeatureNorm.PONO);
    int mnist = new Bernoulli().logits();
    int cifar = new LogisticMixture(3, 10, new PixelLevels(8), Tail.EXACT).logits();
    assertThat(new LmConvNetwork(published, 1, mnist).layout().size()).isEqualTo(46_053_604);
    assertThat(new LmConvNetwork(published, 3, cifar).layout().size()).isEqualTo(46_072_360);
  }

  @Test
  void impossibleOptionsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(8, 1, 4, FeatureNorm.NONE))
        .withMessage("kernel is odd, got 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(1, 1, 3, FeatureNorm.PONO))
        .withMessage("positional norm needs at least 2 filters, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(8, 0, 3, FeatureNorm.NONE))
        .withMessage("resnets is at least 1, got 0");
  }
}
