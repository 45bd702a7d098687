package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;

class ProgressTest {
  @Test
  void printsTheFirstRoundAndTheMeanOfTheOthersAtTheLast() {
    Printed out = new Printed();
    Progress progress = new Progress(out, 14, 320, 448);
    // Within the seconds between two lines: only the first and the last round are told.
    for (int round = 11; round <= 14; round++) {
      progress.report(report(round, round == 11 ? 16 : 8 * (round - 11)));
    }
    String[] lines = out.text().split("\n");
    assertThat(lines).hasSize(2);
    assertThat(lines[0])
        .startsWith("round 11/14  train 16.00 nats (1.6000 bits/dim)  rate 0.0020  ")
        .contains(" images/s  compute 90 %  ")
        .endsWith(" left");
    assertThat(lines[1])
        .startsWith("round 14/14  train 16.00 nats (1.6000 bits/dim)  rate 0.0020  ")
        .endsWith(" images/s  compute 90 %  0:00 left");
  }

  private static RoundReport report(int round, double nats) {
    PhaseSeconds seconds = new PhaseSeconds(0.01, 0.9, 0.05, 0.04, 0);
    return new RoundReport(
        "id",
        round,
        32L * round,
        nats,
        nats / 10,
        2e-3,
        2,
        1,
        seconds,
        100,
        0,
        0,
        null,
        0,
        seconds.computeShare(),
        0,
        null,
        "",
        Instant.EPOCH);
  }
}
