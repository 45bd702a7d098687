package org.lmconv.jobs.train;

import java.io.PrintStream;
import org.lmconv.jobs.base.Clock;
import org.lmconv.jobs.run.RoundReport;

/** Tells the user how a run goes, in a line every few seconds. */
final class Progress {
  private static final double SECONDS_BETWEEN_LINES = 5;

  private final PrintStream out;
  private final int rounds;
  private final long imagesBefore;
  private final long totalImages;
  private final long began = System.nanoTime();
  private long lastLine;
  private double natsSinceLine;
  private double shareSinceLine;
  private int roundsSinceLine;

  /**
   * @param rounds of the whole run
   * @param imagesBefore the first round of this process
   * @param totalImages of the whole run
   */
  Progress(PrintStream out, int rounds, long imagesBefore, long totalImages) {
    this.out = out;
    this.rounds = rounds;
    this.imagesBefore = imagesBefore;
    this.totalImages = totalImages;
  }

  void report(RoundReport round) {
    natsSinceLine += round.trainNats();
    shareSinceLine += round.computeShare();
    roundsSinceLine++;
    boolean last = round.round() == rounds;
    if (lastLine == 0 || seconds(lastLine) >= SECONDS_BETWEEN_LINES || last) {
      print(round);
      lastLine = System.nanoTime();
      natsSinceLine = 0;
      shareSinceLine = 0;
      roundsSinceLine = 0;
    }
  }

  private void print(RoundReport round) {
    double nats = natsSinceLine / roundsSinceLine;
    double bits = nats * round.trainBitsPerDim() / round.trainNats();
    double imagesPerSecond = (round.imagesSeen() - imagesBefore) / seconds(began);
    out.printf(
        "round %d/%d  train %.2f nats (%.4f bits/dim)  rate %.2g  %.0f images/s  compute %.0f %% "
            + " %s left%n",
        round.round(),
        rounds,
        nats,
        bits,
        round.learningRate(),
        imagesPerSecond,
        100 * shareSinceLine / roundsSinceLine,
        Clock.of((totalImages - round.imagesSeen()) / imagesPerSecond));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
