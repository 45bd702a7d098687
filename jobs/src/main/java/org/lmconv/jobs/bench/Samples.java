package org.lmconv.jobs.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.likelihood.Temperature;
import org.lmconv.model.reference.FullForwardSampler;
import org.lmconv.model.sample.Drawing;
import org.lmconv.orders.PixelOrder;

/**
 * Whole images drawn from features that are kept, against a forward pass of the network per pixel.
 * The two take turns. Of the latter only a few steps are run, for each takes the same time.
 */
final class Samples implements Measurement {
  /** Steps of the slow way in each turn. */
  private static final int STEPS_AT_ONCE = 2;

  /** Below it a median says nothing, however long a run takes. */
  private static final int LEAST = 3;

  private final Setup setup;
  private final List<PixelOrder> orders;
  private final BenchProgress progress;

  Samples(Setup setup, PrintStream out) {
    this.setup = setup;
    this.orders = setup.bench().orderSet().orders();
    this.progress = new BenchProgress(out, orders.size());
  }

  /**
   * Fields of a row.
   *
   * @param steps that were timed in each repetition, of all that a sample has
   * @param forwardPasses a whole sample in units of one forward pass of the batch
   * @param ratioToFullForward how many times faster than a forward pass per pixel
   */
  record Ratio(int steps, double forwardPasses, double ratioToFullForward) {}

  @Override
  public void run(Rows rows) throws IOException {
    for (int number = 0; number < orders.size(); number++) {
      PixelOrder order = orders.get(number);
      try (DeviceModel model = new DeviceModel(setup.model(), setup.device(), setup.execution())) {
        model.load(setup.parameters());
        measure(number, new Batch(model, order, setup), rows);
      }
    }
  }

  private void measure(int number, Batch batch, Rows rows) throws IOException {
    String title = "sample, order " + batch.order().name();
    int warmup = setup.bench().warmup();
    List<Double> fast = new ArrayList<>();
    List<Double> slow = new ArrayList<>(); // of one step
    double seconds = 0;
    for (int i = 0; i < warmup + setup.bench().repetitions(); i++) {
      if (i < warmup + LEAST || seconds < setup.bench().seconds()) {
        progress.tell(number, title, "sample %d".formatted(i + 1));
        double incremental = batch.incremental();
        double pass = batch.fullForward(STEPS_AT_ONCE) / STEPS_AT_ONCE;
        if (i >= warmup) {
          fast.add(incremental);
          slow.add(pass);
          seconds += incremental / 1e3;
        }
      }
    }
    double pass = Times.of(slow).medianMs();
    int steps = batch.order().size();
    List<Double> whole = slow.stream().map(step -> step * steps).toList();
    rows.add(row(batch, "incremental", Times.of(fast), steps, pass));
    rows.add(row(batch, "full_forward", Times.of(whole), STEPS_AT_ONCE, pass));
  }

  private ObjectNode row(Batch batch, String variant, Times times, int steps, double pass) {
    double passes = times.medianMs() / pass;
    Ratio ratio = new Ratio(steps, passes, batch.order().size() / passes);
    return Json.row(Label.of(setup, "sample", batch.order().name(), variant), times, ratio);
  }

  /** Images that are drawn from nothing, in milliseconds. */
  private record Batch(DeviceModel model, PixelOrder order, float[] images, Drawing drawing) {
    Batch(DeviceModel model, PixelOrder order, Setup setup) {
      this(
          model,
          order,
          setup.images(setup.bench().batchSize()),
          new Drawing(Temperature.ONE, LongStream.range(0, setup.bench().batchSize()).toArray()));
    }

    double incremental() {
      long began = System.nanoTime();
      model.draw(images, order, 0, drawing);
      return (System.nanoTime() - began) / 1e6;
    }

    double fullForward(int steps) {
      long began = System.nanoTime();
      FullForwardSampler.draw(model, images, order, 0, steps, drawing);
      return (System.nanoTime() - began) / 1e6;
    }
  }
}
