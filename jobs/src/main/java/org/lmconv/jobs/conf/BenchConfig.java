package org.lmconv.jobs.conf;

import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.jobs.UserError;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.OrderSet;

/**
 * The key "what" and the section "bench"; {@code reference.conf} explains each key.
 *
 * @param what is measured
 * @param image height x width x channels
 * @param batchSize images per pass
 * @param channels of single convolutions, inputs-outputs
 * @param orders as the key orders has them
 * @param variants ways to convolve: plan, plain and im2col
 * @param threads on the CPU; 0 is one per core
 * @param warmup passes that do not count
 * @param repetitions passes that count
 * @param seconds after which a way is not repeated any more
 * @param memory whether the most memory of each way is measured
 * @param steps over which growth is measured
 * @param images of the table that nll scores
 * @param workers of the rounds that are measured, each count for itself
 * @param rounds of each count and size that count
 */
public record BenchConfig(
    What what,
    String image,
    int batchSize,
    List<String> channels,
    List<String> orders,
    List<String> variants,
    int threads,
    int warmup,
    int repetitions,
    double seconds,
    boolean memory,
    int steps,
    int images,
    List<Integer> workers,
    int rounds) {
  private static final Pattern IMAGE = Pattern.compile("(\\d{1,4})x(\\d{1,4})x(\\d)");
  private static final Pattern CHANNELS = Pattern.compile("([1-9]\\d{0,4})-([1-9]\\d{0,4})");
  private static final List<String> VARIANTS = List.of("plan", "plain", "im2col");

  /** What is measured. */
  public enum What {
    /** One masked convolution. */
    LAYER,
    /** A training step of a network. */
    STEP,
    /** A pass of a network that scores. */
    SCORING,
    /** Resident memory over many training steps. */
    GROWTH,
    /** Error of the gradient, and time of a training step, in each precision. */
    PRECISION,
    /** Drawing images, step by step and with a pass per step. */
    SAMPLE,
    /** The Spark job that scores a table. */
    NLL,
    /** What a round costs beside its training steps, on Spark. */
    ROUND
  }

  /**
   * Channels of a convolution.
   *
   * @param inputs of it
   * @param outputs of it
   */
  public record Channels(int inputs, int outputs) {}

  /**
   * Checks every value.
   *
   * @throws UserError if one is out of range
   */
  public BenchConfig {
    channels = List.copyOf(channels);
    orders = List.copyOf(orders);
    variants = List.copyOf(variants);
    imageShape(image);
    Bounds.atLeast("bench.batch-size", batchSize, 1);
    Bounds.require(!channels.isEmpty(), "bench.channels", channels, "must name one pair or more");
    channels.forEach(BenchConfig::pair);
    orders(orders).requireNamesOn(imageShape(image).grid());
    Bounds.require(!variants.isEmpty(), "bench.variants", variants, "must name one or more");
    variants.forEach(variant -> Bounds.oneOf("bench.variants", variant, VARIANTS));
    Bounds.atLeast("bench.threads", threads, 0);
    Bounds.atLeast("bench.warmup", warmup, 0);
    Bounds.atLeast("bench.repetitions", repetitions, 1);
    Bounds.positive("bench.seconds", seconds);
    Bounds.atLeast("bench.steps", steps, 1);
    Bounds.atLeast("bench.images", images, 1);
    workers = List.copyOf(workers);
    Bounds.counts("bench.workers", workers);
    Bounds.atLeast("bench.rounds", rounds, 1);
  }

  /** The most workers of a round that is to be measured. */
  public int mostWorkers() {
    return Collections.max(workers);
  }

  /** The shape of the images. */
  public ImageShape imageShape() {
    return imageShape(image);
  }

  /** The orders on the grid of the images. */
  public OrderSet orderSet() {
    return orders(orders).on(imageShape().grid());
  }

  /** The channels of single convolutions. */
  public List<Channels> channelPairs() {
    return channels.stream().map(BenchConfig::pair).toList();
  }

  private static Orders orders(List<String> orders) {
    return new Orders("bench.orders", orders);
  }

  private static ImageShape imageShape(String image) {
    Matcher parts = IMAGE.matcher(image);
    Bounds.require(
        parts.matches(), "bench.image", image, "must be HEIGHTxWIDTHxCHANNELS, such as 28x28x1");
    try {
      int height = Integer.parseInt(parts.group(1));
      int width = Integer.parseInt(parts.group(2));
      return new ImageShape(Integer.parseInt(parts.group(3)), height, width);
    } catch (IllegalArgumentException e) {
      throw new UserError("bench.image=" + image + ": " + e.getMessage(), e);
    }
  }

  private static Channels pair(String channels) {
    Matcher parts = CHANNELS.matcher(channels);
    Bounds.require(
        parts.matches(), "bench.channels", channels, "must be INPUTS-OUTPUTS, such as 64-32");
    return new Channels(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
  }
}
