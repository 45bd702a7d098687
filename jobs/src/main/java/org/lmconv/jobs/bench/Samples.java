package org.lmconv.jobs.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
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
        measure(number, model, order, rows);
      }
    }
  }

  private void measure(int number, DeviceModel model, PixelOrder order, Rows rows)
      throws IOException {
    int count = setup.bench().batchSize();
    float[] images = setup.images(count);
    Drawing drawing = new Drawing(Temperature.ONE, LongStream.range(0, count).toArray());
    List<Times> times =
        Interleaved.measure(
            List.of(
                named("kept features", () -> model.draw(images, order, 0, drawing)),
                named(
                    "a pass per pixel",
                    () ->
                        FullForwardSampler.draw(model, images, order, 0, STEPS_AT_ONCE, drawing))),
            setup.bench(),
            doing -> progress.tell(number, "sample, order " + order.name(), doing));
    Times step = times.get(1).times(1.0 / STEPS_AT_ONCE);
    rows.add(row(order, "incremental", times.get(0), order.size(), step));
    rows.add(row(order, "full_forward", step.times(order.size()), STEPS_AT_ONCE, step));
  }

  /** The model is closed by who made it. */
  private static Interleaved.Named named(String title, Runnable body) {
    return new Interleaved.Named(title, new ModelWorkload(body, () -> {}));
  }

  private ObjectNode row(PixelOrder order, String variant, Times times, int steps, Times step) {
    double passes = times.medianMs() / step.medianMs();
    Ratio ratio = new Ratio(steps, passes, order.size() / passes);
    return Json.row(Label.of(setup, "sample", order.name(), variant), times, ratio);
  }
}
