package org.lmconv.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lmconv.bench.Question.Turn;

/**
 * Times turns one after the other and again from the first, so that whatever else the machine does,
 * or how warm it is, meets all of them alike.
 *
 * @param warmup repetitions that do not count
 * @param repetitions that count
 * @param seconds after which a turn is not repeated any more, once it has enough
 */
record Interleaved(int warmup, int repetitions, double seconds) {
  /** With fewer repetitions a median says nothing, however long one takes. */
  private static final int LEAST = 3;

  /**
   * The times of each turn, in their order.
   *
   * @param progress is told what is about to be done
   */
  List<Times> measure(List<Turn> turns, Consumer<String> progress) {
    List<Timed> all = turns.stream().map(turn -> new Timed(turn, new ArrayList<>())).toList();
    repeat(all, "warm-up", warmup, 1, progress);
    all.forEach(timed -> timed.milliseconds.clear());
    repeat(all, "repetition", repetitions, LEAST, progress);
    return all.stream().map(timed -> Times.of(timed.milliseconds)).toList();
  }

  private void repeat(
      List<Timed> all, String what, int times, int least, Consumer<String> progress) {
    for (int i = 0; i < times; i++) {
      for (Timed timed : all) {
        if (i < least || timed.seconds() < seconds) {
          progress.accept("%s %d/%d of %s".formatted(what, i + 1, times, timed.turn.title()));
          timed.run();
        }
      }
    }
  }

  /** How long it takes. */
  static double milliseconds(Runnable run) {
    long began = System.nanoTime();
    run.run();
    return (System.nanoTime() - began) / 1e6;
  }

  private record Timed(Turn turn, List<Double> milliseconds) {
    void run() {
      milliseconds.add(Interleaved.milliseconds(turn.run()));
    }

    double seconds() {
      return milliseconds.stream().mapToDouble(Double::doubleValue).sum() / 1e3;
    }
  }
}
