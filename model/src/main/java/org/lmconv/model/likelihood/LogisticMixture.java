package org.lmconv.model.likelihood;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.IntToDoubleFunction;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.tensor.Tensors;

/**
 * A mixture of discretised logistics (Salimans et al. 2017, PixelCNN++, arXiv 1701.05517, section
 * 2.1): the probability of a level is the mass of its bin, and the outermost bins reach to
 * infinity. In RGB the mean of G depends on R, and that of B on R and G.
 *
 * <p>Logits: mixture weights π(K), then for each channel means(K), log scales(K) and, in RGB only,
 * coefficients(K) through tanh: of R in the mean of G, of R in the mean of B, of G in the mean of
 * B.
 *
 * @param channels C, 1 or 3
 * @param mixtures components K
 * @param levels of a subpixel
 * @param tail how far bins of vanishing mass are scored
 */
public record LogisticMixture(int channels, int mixtures, PixelLevels levels, Tail tail)
    implements PixelLikelihood {

  /** The width of a bin in the approximation "density times width" of bins with vanishing mass. */
  public enum Tail {
    /** The true width, 2 / (2^bits − 1). */
    EXACT,
    /** That of 8 bits whatever the bits are, as in the code that the published numbers are from. */
    PUBLISHED
  }

  private static final double LEAST_LOG_SCALE = -7;

  /** Below this mass a bin is scored by its density: the difference of sigmoids has no digits. */
  private static final double LEAST_MASS = 1e-5;

  private static final double EDGE = 0.999;

  /**
   * @throws IllegalArgumentException if there are not 1 or 3 channels or no component
   */
  public LogisticMixture {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "a logistic mixture scores images of 1 or 3 channels, got " + channels);
    }
    if (mixtures < 1) {
      throw new IllegalArgumentException("mixtures is at least 1, got " + mixtures);
    }
  }

  @Override
  public int logits() {
    return slots() * mixtures;
  }

  /** Numbers per component: its weight, then mean, log scale and (RGB) coefficient per channel. */
  private int slots() {
    return 1 + channels * slotsPerChannel();
  }

  private int slotsPerChannel() {
    return channels == 1 ? 2 : 3;
  }

  @Override
  public NDArray logLikelihood(NDArray x, NDArray logits) {
    return Tensors.scoped(() -> Tensors.logSumExp(componentLogLikelihoods(x, logits), 1));
  }

  /**
   * The log of π_k times the likelihood under component k.
   *
   * @return {@code [N, K, H, W]}, nats
   */
  NDArray componentLogLikelihoods(NDArray x, NDArray logits) {
    Tensors.requireShape("the images", x, -1, channels, -1, -1);
    Shape images = x.getShape();
    Tensors.requireShape(
        "the logits", logits, images.get(0), logits(), images.get(2), images.get(3));
    return Tensors.scoped(
        () -> {
          NDArray weights = slot(logits, 0);
          NDArray sum = weights.sub(Tensors.logSumExp(weights, 1).expandDims(1));
          for (int channel = 0; channel < channels; channel++) {
            sum = sum.add(channelLogLikelihood(x, logits, channel));
          }
          return sum;
        });
  }

  /** One of the groups of K logits, {@code [N, K, H, W]}. */
  private NDArray slot(NDArray logits, int index) {
    return Tensors.slice(logits, 1, (long) index * mixtures, (index + 1L) * mixtures);
  }

  private NDArray channelLogLikelihood(NDArray x, NDArray logits, int channel) {
    NDArray mean = slot(logits, meanSlot(channel));
    NDArray logScale = Tensors.atLeast(slot(logits, meanSlot(channel) + 1), LEAST_LOG_SCALE);
    return binLogLikelihood(
        subpixel(x, channel), conditionalMean(mean, x, logits, channel), logScale);
  }

  /** Where the means of a channel are; the log scales follow. */
  private int meanSlot(int channel) {
    return 1 + channel * slotsPerChannel();
  }

  /** Coefficients are in the slots of R, G, B: R into G, R into B, G into B. */
  private int coefficientSlot(int channel, int earlier) {
    return meanSlot(channel - 1 + earlier) + 2;
  }

  private static NDArray subpixel(NDArray x, int channel) {
    return Tensors.slice(x, 1, channel, channel + 1L); // [N, 1, H, W]
  }

  /** Each earlier channel shifts the mean by tanh(coefficient) times its value. */
  private NDArray conditionalMean(NDArray mean, NDArray x, NDArray logits, int channel) {
    NDArray shifted = mean;
    for (int earlier = 0; earlier < channel; earlier++) {
      NDArray weight = slot(logits, coefficientSlot(channel, earlier)).tanh();
      shifted = shifted.add(weight.mul(subpixel(x, earlier)));
    }
    return shifted;
  }

  /**
   * The log of the mass of x's bin under logistics, in the three forms that keep digits: the bins
   * at the edges, bins with mass, and bins with next to none.
   *
   * @param x {@code [N, 1, H, W]}
   * @param mean {@code [N, K, H, W]}
   * @param logScale {@code [N, K, H, W]}
   * @return {@code [N, K, H, W]}
   */
  private NDArray binLogLikelihood(NDArray x, NDArray mean, NDArray logScale) {
    NDArray inverseScale = logScale.neg().exp();
    NDArray distance = x.sub(mean);
    NDArray halfBin = inverseScale.mul(Tensors.scalar(x, 1.0 / (levels.count() - 1)));
    NDArray centre = inverseScale.mul(distance);
    NDArray upper = centre.add(halfBin);
    NDArray lower = centre.sub(halfBin);

    NDArray lowest = upper.sub(Tensors.softplus(upper)); // log σ(upper)
    NDArray highest = Tensors.softplus(lower).neg(); // log (1 − σ(lower))
    NDArray mass = Tensors.sigmoid(upper).sub(Tensors.sigmoid(lower));
    // Where the mass is not used, its logarithm must still be finite: 0 · ∞ would reach backward.
    NDArray inner = Tensors.atLeast(mass, 1e-12).log();
    NDArray density =
        centre
            .sub(logScale)
            .sub(Tensors.softplus(centre).mul(Tensors.scalar(x, 2)))
            .sub(Tensors.scalar(x, Math.log(tailBinsPerUnit())));

    NDArray middle = Tensors.where(mass.gt(Tensors.scalar(x, LEAST_MASS)), inner, density);
    NDArray notLowest = Tensors.where(x.gt(Tensors.scalar(x, EDGE)), highest, middle);
    return Tensors.where(x.lt(Tensors.scalar(x, -EDGE)), lowest, notLowest);
  }

  /** One over the width of a bin. */
  private double tailBinsPerUnit() {
    int count = tail == Tail.EXACT ? levels.count() : 256;
    return (count - 1) / 2.0;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The nearest level of a logistic's draw has the mass of that level's bin as its probability,
   * so what is drawn is exactly what is scored, but for the approximation of bins with next to no
   * mass. A channel depends on the levels that were drawn for the earlier ones.
   */
  @Override
  public float[] draw(float[] logits, IntToDoubleFunction uniform, Temperature temperature) {
    int component = temperature.choose(logits, 0, mixtures, uniform.applyAsDouble(0));
    float[] pixel = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      double mean = logits[index(meanSlot(channel), component)];
      for (int earlier = 0; earlier < channel; earlier++) {
        float coefficient = logits[index(coefficientSlot(channel, earlier), component)];
        mean += Math.tanh(coefficient) * pixel[earlier];
      }
      double logScale = Math.max(LEAST_LOG_SCALE, logits[index(meanSlot(channel) + 1, component)]);
      double u = uniform.applyAsDouble(1 + channel);
      double standard = Math.log(u) - Math.log1p(-u); // of the logistic with mean 0 and scale 1
      pixel[channel] = levels.nearest(mean + temperature.scale() * Math.exp(logScale) * standard);
    }
    return pixel;
  }

  private int index(int slot, int component) {
    return slot * mixtures + component;
  }
}
