package org.lmconv.jobs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lmconv.jobs.conf.BenchConfig;

/**
 * Times variants in turn, one run each and again from the first, so that whatever else the machine
 * does, or how warm it is, meets all of them alike.
 */
final class Interleaved {
  /** Below it a median says nothing, however long a run takes. */
  private static final int LEAST = 3;

  private final BenchConfig bench;
  private final List<Runner> runners;

  private Interleaved(BenchConfig bench, List<Runner> runners) {
    this.bench = bench;
    this.runners = runners;
  }

  /**
   * The times of each variant of a case, in their order.
   *
   * @param progress is told what is about to be done
   */
  static List<Times> measure(
      Case measured, List<Variant> variants, BenchConfig bench, Consumer<String> progress) {
    List<Named> opened = new ArrayList<>();
    try {
      for (Variant variant : variants) {
        opened.add(new Named(variant.title(), measured.opener().apply(variant)));
      }
      return measure(opened, bench, progress);
    } finally {
      opened.forEach(each -> each.workload().close());
    }
  }

  /**
   * A workload that takes its turn.
   *
   * @param title for the progress
   */
  record Named(String title, Workload workload) {}

  /** The times of each workload, in their order; they stay open. */
  static List<Times> measure(List<Named> workloads, BenchConfig bench, Consumer<String> progress) {
    return new Interleaved(bench, workloads.stream().map(Runner::new).toList()).run(progress);
  }

  private List<Times> run(Consumer<String> progress) {
    repeat("warm-up", bench.warmup(), 1, progress);
    runners.forEach(Runner::forget);
    repeat("repetition", bench.repetitions(), LEAST, progress);
    return runners.stream().map(runner -> Times.of(runner.milliseconds)).toList();
  }

  private void repeat(String what, int times, int least, Consumer<String> progress) {
    for (int i = 0; i < times; i++) {
      for (Runner runner : runners) {
        if (i < least || runner.seconds() < bench.seconds()) {
          progress.accept("%s %d/%d of %s".formatted(what, i + 1, times, runner.named.title()));
          runner.run();
        }
      }
    }
  }

  /** One workload, and how long it took. */
  private static final class Runner {
    private final Named named;
    private final List<Double> milliseconds = new ArrayList<>();

    Runner(Named named) {
      this.named = named;
    }

    void run() {
      long began = System.nanoTime();
      named.workload().run();
      milliseconds.add((System.nanoTime() - began) / 1e6);
    }

    void forget() {
      milliseconds.clear();
    }

    double seconds() {
      return milliseconds.stream().mapToDouble(Double::doubleValue).sum() / 1e3;
    }
  }
}
