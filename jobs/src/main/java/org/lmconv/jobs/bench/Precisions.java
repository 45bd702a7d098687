package org.lmconv.jobs.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.lmconv.orders.PixelOrder;

/**
 * Error of the gradient and time of a training step in each precision. Each has a process of its
 * own: libraries read the switch of TF32, an environment variable, when they are loaded.
 */
final class Precisions implements Measurement {
  private final Setup setup;
  private final ChildProcess child;
  private final PrintStream out;

  Precisions(Setup setup, ChildProcess child, PrintStream out) {
    this.setup = setup;
    this.child = child;
    this.out = out;
  }

  /** A precision as users know them: TF32 is a mode of float32. */
  enum Kind {
    FLOAT32,
    TF32,
    BFLOAT16;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Fields of a row.
   *
   * @param gradientError largest error of an element, in units of the largest element
   */
  record GradientError(double gradientError) {}

  @Override
  public void run(Rows rows) throws IOException {
    boolean gpu = setup.device().isGpu();
    if (!gpu) {
      out.println("tf32 is left out: it exists on GPUs only, and this is a CPU");
    }
    List<Kind> kinds = Stream.of(Kind.values()).filter(kind -> gpu || kind != Kind.TF32).toList();
    List<PixelOrder> orders = setup.bench().orderSet().orders();
    BenchProgress progress = new BenchProgress(out, orders.size());
    for (int number = 0; number < orders.size(); number++) {
      Case step = Case.step(setup, orders.get(number));
      for (Kind kind : kinds) {
        progress.tell(number, step.title(), kind.key());
        PrecisionAnswer answer = child.precision(number, kind);
        rows.add(
            Json.row(
                Label.of(setup, step, Variant.PLAN_FUSED, kind.key()),
                answer.times(),
                Comparison.none(answer.peakRssMb()),
                new GradientError(answer.gradientError())));
      }
    }
  }
}
