package org.lmconv.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lmconv.bench.BenchKeys.BenchConfig.Channels;
import org.lmconv.orders.PixelOrder;

/**
 * Layers, training steps and scoring: every variant that can do a case, its time and the memory of
 * a process of its own.
 */
final class Ways implements Question {
  private final Setup setup;
  private final Case measured;
  private final int number;
  private final ChildProcess child;
  private final PrintStream out;
  private final List<Variant> variants;
  private final List<Workload> opened = new ArrayList<>();

  private Ways(Setup setup, Case measured, int number, ChildProcess child, PrintStream out) {
    this.setup = setup;
    this.measured = measured;
    this.number = number;
    this.child = child;
    this.out = out;
    this.variants = Variant.of(setup.bench().variants(), setup.masks(measured.order()));
  }

  /** A question for each case. */
  static List<Question> of(Setup setup, ChildProcess child, PrintStream out) {
    List<Case> cases = cases(setup);
    List<Question> questions = new ArrayList<>();
    cases.forEach(each -> questions.add(new Ways(setup, each, questions.size(), child, out)));
    return questions;
  }

  /** A computation, again and again on the same input; closing releases what it needs. */
  record Workload(Runnable run, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /** A computation that all variants do; the opener makes it ready to run. */
  record Case(String name, PixelOrder order, String shape, Function<Variant, Workload> opener) {
    String title() {
      return "%s, order %s, %s".formatted(name, order.name(), shape);
    }

    Label label(Setup setup, Variant variant, String precision) {
      return Label.of(setup, name, order, shape, variant, precision);
    }
  }

  static List<Case> cases(Setup setup) {
    List<PixelOrder> orders = setup.bench().orderSet().orders();
    return switch (setup.asked()) {
      case LAYER -> layers(setup, orders);
      case SCORING -> orders.stream().map(order -> scoring(setup, order)).toList();
      default -> orders.stream().map(order -> step(setup, order)).toList();
    };
  }

  private static List<Case> layers(Setup setup, List<PixelOrder> orders) {
    List<Case> cases = new ArrayList<>();
    for (Channels channels : setup.bench().channelPairs()) {
      String forward = "layer %d-%d forward".formatted(channels.inputs(), channels.outputs());
      for (boolean backward : new boolean[] {false, true}) {
        String name = backward ? forward + "+backward" : forward;
        for (PixelOrder order : orders) {
          cases.add(
              new Case(
                  name,
                  order,
                  setup.shape(channels.inputs()),
                  variant -> Layer.open(setup, channels, order, variant, backward)));
        }
      }
    }
    return cases;
  }

  private static Case scoring(Setup setup, PixelOrder order) {
    String name = "scoring " + setup.network();
    return new Case(name, order, setup.shape(), way -> Networks.scoring(setup, order, way));
  }

  /** A training step. */
  static Case step(Setup setup, PixelOrder order) {
    String name = "step " + setup.network();
    return new Case(name, order, setup.shape(), way -> Networks.training(setup, order, way));
  }

  /**
   * Fields of a row.
   *
   * @param peakRssMb most resident memory of a process that did nothing else, 10^6 bytes; null
   *     where it was not measured or the system does not tell
   * @param ratioToIm2col how many times faster than im2col; null without that
   * @param ratioToPlain time in units of that of the fused plain way; null without that
   */
  record Comparison(Double peakRssMb, Double ratioToIm2col, Double ratioToPlain) {
    /** Of medians in milliseconds; null for a variant that was not measured. */
    static Comparison of(Double peakRssMb, double median, Double im2col, Double plain) {
      return new Comparison(
          peakRssMb,
          im2col == null ? null : im2col / median,
          plain == null ? null : median / plain);
    }

    /** Of a row that stands for itself. */
    static Comparison none(Double peakRssMb) {
      return new Comparison(peakRssMb, null, null);
    }
  }

  @Override
  public String title() {
    return measured.title();
  }

  @Override
  public List<Turn> turns() {
    List<Turn> turns = new ArrayList<>();
    for (Variant variant : variants) {
      Workload workload = measured.opener().apply(variant);
      opened.add(workload);
      turns.add(new Turn(variant.title(), workload.run()));
    }
    return turns;
  }

  @Override
  public void close() {
    opened.forEach(Workload::close);
    opened.clear();
  }

  @Override
  public List<ObjectNode> rows(List<Times> times, Consumer<String> progress) throws IOException {
    Double im2col = median(Variant.IM2COL_SEPARATE, times);
    Double plain = median(Variant.PLAIN_FUSED, times);
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      Variant variant = variants.get(i);
      Double peak = setup.bench().memory() ? peak(variant, progress) : null;
      rows.add(
          Rows.row(
              measured.label(setup, variant, setup.precision()),
              times.get(i),
              Comparison.of(peak, times.get(i).medianMs(), im2col, plain)));
    }
    return rows;
  }

  private Double median(Variant of, List<Times> times) {
    int place = variants.indexOf(of);
    return place < 0 ? null : times.get(place).medianMs();
  }

  private Double peak(Variant variant, Consumer<String> progress) throws IOException {
    progress.accept("memory of " + variant.title());
    try {
      return child.peakRssMb(number, variant);
    } catch (ChildProcess.Failure e) {
      out.println(e.getMessage() + "; its memory is left out"); // what was timed is worth keeping
      return null;
    }
  }
}
