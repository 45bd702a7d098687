package org.lmconv.bench;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.lmconv.bench.BenchKeys.BenchConfig;
import org.lmconv.bench.BenchKeys.What;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.Execution;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.tensor.Precision;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.PixelOrder;

/** What is the same for all that is measured; the execution is that of fused operations. */
record Setup(
    What asked,
    BenchConfig bench,
    ModelSpec model,
    Execution execution,
    Device device,
    int threads) {
  /** Of parameters and images. Times do not depend on it. */
  static final long SEED = 1;

  private static final Path CPUS = Path.of("/proc/cpuinfo");

  /**
   * The setup that a configuration asks for.
   *
   * @throws org.lmconv.jobs.base.UserError if there is no such device, or the network is not for
   *     such images
   */
  static Setup of(JobConfig config) {
    BenchKeys keys = config.as(BenchKeys.class);
    BenchConfig bench = keys.bench();
    int cores = Runtime.getRuntime().availableProcessors();
    return new Setup(
        keys.what(),
        bench,
        keys.model().spec(bench.imageShape()),
        config.execution(),
        Placement.ofDriver(keys.device()),
        bench.threads() == 0 ? cores : bench.threads());
  }

  /** Lets libtorch have its threads; for the thread that computes, before it does. */
  void useThreads() {
    JniUtils.setNumThreads(threads);
  }

  /** The same with another precision. */
  Setup with(Precision other) {
    Execution same = new Execution(other, execution.recompute());
    return new Setup(asked, bench, model, same, device, threads);
  }

  /** What fused operations compute in, as users write it. */
  String precision() {
    return execution.precision().name().toLowerCase(Locale.ROOT);
  }

  /** The key "what". */
  String what() {
    return asked.name().toLowerCase(Locale.ROOT);
  }

  /** The network's size. */
  String network() {
    return "F=%d R=%d".formatted(model.network().filters(), model.network().resnets());
  }

  /** Initial parameters of the network. */
  ParameterVector parameters() {
    return model.newNetwork().layout().draw(SEED);
  }

  /** The order of this number. */
  PixelOrder order(int number) {
    return bench.orderSet().get(number);
  }

  /** The masks of the network under an order. */
  LayerMasks masks(PixelOrder order) {
    return LayerMasks.of(order, model.network().kernel(), model.network().dilation());
  }

  /** Images of noise, {@code [N, C, H, W]} in [−1, 1], at levels that the likelihood knows. */
  float[] images(int count) {
    PixelLevels levels = new PixelLevels(model.likelihood() instanceof Bernoulli ? 1 : 8);
    float[] images = new float[Math.multiplyExact(count, model.image().dimensions())];
    for (int i = 0; i < images.length; i++) {
      images[i] = levels.input((int) (256 * Seeds.uniform(SEED, i)));
    }
    return images;
  }

  /** Batch x channels x height x width. */
  String shape(int channels) {
    return "%dx%dx%dx%d"
        .formatted(bench.batchSize(), channels, model.image().height(), model.image().width());
  }

  /** The same, of the images. */
  String shape() {
    return shape(model.image().channels());
  }

  /** How often turns are repeated. */
  Interleaved interleaved() {
    boolean rounds = asked == What.ROUND;
    return new Interleaved(
        bench.warmup(), rounds ? bench.rounds() : bench.repetitions(), bench.seconds());
  }

  /** The machine, for people. */
  String machine() {
    return "measured on %s, %d cores, with %d thread(s)%s"
        .formatted(
            cpu(),
            Runtime.getRuntime().availableProcessors(),
            threads,
            device.isGpu() ? ", computed on its GPU" : "");
  }

  private static String cpu() {
    String unknown = System.getProperty("os.arch");
    try {
      return Files.readAllLines(CPUS).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(unknown);
    } catch (IOException e) {
      return unknown; // not Linux
    }
  }
}
