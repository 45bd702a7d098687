package org.lmconv.jobs.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** Layers, steps and scoring: every variant of every case, its time and its memory. */
final class Comparisons implements Measurement {
  private final Setup setup;
  private final ChildProcess child;
  private final PrintStream out;
  private final List<Case> cases;
  private final BenchProgress progress;

  Comparisons(Setup setup, ChildProcess child, PrintStream out) {
    this.setup = setup;
    this.child = child;
    this.out = out;
    this.cases = Case.of(setup);
    this.progress = new BenchProgress(out, cases.size());
  }

  @Override
  public void run(Rows rows) throws IOException {
    for (int number = 0; number < cases.size(); number++) {
      measure(number, rows);
    }
  }

  private void measure(int number, Rows rows) throws IOException {
    Case measured = cases.get(number);
    List<Variant> variants = measured.variants();
    List<Times> times =
        Interleaved.measure(
            measured,
            variants,
            setup.bench(),
            doing -> progress.tell(number, measured.title(), doing));
    Double im2col = median(Variant.IM2COL, variants, times);
    Double plain = median(Variant.PLAIN_FUSED, variants, times);
    for (int i = 0; i < times.size(); i++) {
      Double peak = setup.bench().memory() ? peak(number, variants.get(i)) : null;
      rows.add(
          Json.row(
              Label.of(setup, measured, variants.get(i)),
              times.get(i),
              Comparison.of(peak, times.get(i).medianMs(), im2col, plain)));
    }
  }

  private Double peak(int number, Variant variant) throws IOException {
    progress.tell(number, cases.get(number).title(), "memory of " + variant.title());
    try {
      return child.peakRssMb(number, variant);
    } catch (ChildProcess.Failure e) {
      out.println(e.getMessage() + "; its memory is left out"); // what was timed is worth keeping
      return null;
    }
  }

  private static Double median(Variant of, List<Variant> variants, List<Times> times) {
    int place = variants.indexOf(of);
    return place < 0 ? null : times.get(place).medianMs();
  }
}
