package org.lmconv.bench;

import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Bounds;
import org.lmconv.jobs.conf.Keys.Because;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.jobs.conf.ModelConfig;
import org.lmconv.jobs.conf.Orders;
import org.lmconv.jobs.conf.PlanKeys;
import org.lmconv.model.ImageShape;
import org.lmconv.model.tensor.Precision;
import org.lmconv.orders.OrderSet;

/** What {@code bench} reads; {@code reference.conf} explains each key. */
@Because("it measures on images of its own")
record BenchKeys(
    What what,
    String out,
    DeviceChoice device,
    Precision precision,
    Training train,
    ModelConfig model,
    BenchConfig bench) {

  /** What is measured. */
  enum What {
    LAYER,
    STEP,
    SCORING,
    GROWTH,
    PRECISION,
    SAMPLE,
    NLL,
    ROUND
  }

  /** Of the section "train". */
  record Training(boolean recompute, Precision transport) {}

  /** The section "bench". */
  record BenchConfig(
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
    private static final Pattern CHANNELS = Pattern.compile("([1-9]\\d{0,4})-([1-9]\\d{0,4})");
    private static final List<String> VARIANTS = List.of("plan", "plain", "im2col");

    /** Channels of a convolution. */
    record Channels(int inputs, int outputs) {}

    /**
     * Checks every value.
     *
     * @throws UserError if one is out of range
     */
    BenchConfig {
      channels = List.copyOf(channels);
      orders = List.copyOf(orders);
      variants = List.copyOf(variants);
      workers = List.copyOf(workers);
      ImageShape shape = PlanKeys.imageShape(image);
      Bounds.atLeast("bench.batch-size", batchSize, 1);
      Bounds.require(!channels.isEmpty(), "bench.channels", channels, "must name one pair or more");
      channels.forEach(BenchConfig::pair);
      new Orders("bench.orders", orders).on(shape.grid());
      Bounds.require(!variants.isEmpty(), "bench.variants", variants, "must name one or more");
      variants.forEach(variant -> Bounds.oneOf("bench.variants", variant, VARIANTS));
      Bounds.atLeast("bench.threads", threads, 0);
      Bounds.atLeast("bench.warmup", warmup, 0);
      Bounds.atLeast("bench.repetitions", repetitions, 1);
      Bounds.positive("bench.seconds", seconds);
      Bounds.atLeast("bench.steps", steps, 1);
      Bounds.atLeast("bench.images", images, 1);
      Bounds.counts("bench.workers", workers);
      Bounds.atLeast("bench.rounds", rounds, 1);
    }

    /** The most workers of a round that is to be measured. */
    int mostWorkers() {
      return Collections.max(workers);
    }

    /** The shape of the images. */
    ImageShape imageShape() {
      return PlanKeys.imageShape(image);
    }

    /** The orders on the grid of the images. */
    OrderSet orderSet() {
      return new Orders("bench.orders", orders).on(imageShape().grid());
    }

    /** The channels of single convolutions. */
    List<Channels> channelPairs() {
      return channels.stream().map(BenchConfig::pair).toList();
    }

    private static Channels pair(String channels) {
      Matcher parts = CHANNELS.matcher(channels);
      Bounds.require(
          parts.matches(), "bench.channels", channels, "must be INPUTS-OUTPUTS, such as 64-32");
      return new Channels(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }
  }
}
