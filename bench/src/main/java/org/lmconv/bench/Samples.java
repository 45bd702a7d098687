package org.lmconv.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.likelihood.Temperature;
import org.lmconv.model.reference.FullForwardSampler;
import org.lmconv.model.sample.Drawing;
import org.lmconv.orders.PixelOrder;

/**
 * Whole images drawn from features that are kept, against a forward pass of the network per pixel.
 * Of the latter only a few steps are run, for each takes the same time.
 */
final class Samples implements Question {
  /** Steps of the slow way in each turn. */
  private static final int STEPS_AT_ONCE = 2;

  private final Setup setup;
  private final PixelOrder order;
  private DeviceModel model;

  Samples(Setup setup, PixelOrder order) {
    this.setup = setup;
    this.order = order;
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
  public String title() {
    return "sample %s, order %s, %s".formatted(setup.network(), order.name(), setup.shape());
  }

  @Override
  public List<Turn> turns() {
    model = new DeviceModel(setup.model(), setup.device(), setup.execution());
    model.load(setup.parameters());
    int count = setup.bench().batchSize();
    float[] images = setup.images(count);
    Drawing drawing = new Drawing(Temperature.ONE, LongStream.range(0, count).toArray());
    return List.of(
        new Turn("kept features", () -> model.draw(images, order, 0, drawing)),
        new Turn(
            "a pass per pixel",
            () -> FullForwardSampler.draw(model, images, order, 0, STEPS_AT_ONCE, drawing)));
  }

  @Override
  public void close() {
    model.close();
  }

  @Override
  public List<ObjectNode> rows(List<Times> times, Consumer<String> progress) {
    Times pass = times.get(1).times(1.0 / STEPS_AT_ONCE);
    return List.of(
        row("incremental", times.get(0), order.size(), pass),
        row("full_forward", pass.times(order.size()), STEPS_AT_ONCE, pass));
  }

  private ObjectNode row(String variant, Times times, int steps, Times pass) {
    double passes = times.medianMs() / pass.medianMs();
    Ratio ratio = new Ratio(steps, passes, order.size() / passes);
    return Rows.row(Label.of(setup, "sample", order.name(), variant), times, ratio);
  }
}
