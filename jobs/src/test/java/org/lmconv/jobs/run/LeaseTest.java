package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;

/** One driver writes a run at a time. */
class LeaseTest {
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir private Path folder;
  private final Storage storage = new Storage(new Configuration());
  private final Printed out = new Printed();

  private Lease take(Duration every) throws IOException {
    return Lease.take(storage, new org.apache.hadoop.fs.Path(folder.toUri()), out, every);
  }

  @Test
  void aDriverThatLivesIsNamedAndNotDisturbed() throws IOException {
    Lease first = take(OFTEN);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> take(OFTEN))
        .withMessageMatching(
            "run=.* is being trained by .* process \\d+; let it end or stop it, or name .*");
    first.requireHeld();
    first.close();
    take(OFTEN).close();
  }

  @Test
  void aSleeperIsTakenOverAndStopsBeforeItWrites() throws IOException {
    Lease sleeper = take(NEVER);
    Lease next = take(OFTEN);
    assertThat(out.text()).contains(" is held by ").contains("; waiting for a sign of life\n");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(sleeper::requireHeld)
        .withMessageContaining("was taken over by another driver");
    next.requireHeld();
    next.close();
    Lease third = take(OFTEN); // no epoch comes twice, for the sleeper to take it for its own
    assertThatExceptionOfType(UserError.class).isThrownBy(sleeper::requireHeld);
    sleeper.close();
    third.requireHeld();
    third.close();
  }

  @Test
  void aDriverOfThisMachineThatHasEndedIsNotWaitedFor() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    String host = InetAddress.getLocalHost().getHostName();
    Path leases = Files.createDirectories(folder.resolve(Lease.FOLDER));
    Files.writeString(leases.resolve("000000041"), host + " process " + ended.pid() + ", beat 7\n");
    Lease next = take(NEVER);
    assertThat(out.text()).isEmpty();
    assertThat(leases.resolve("000000042")).exists();
    assertThat(leases.resolve("000000041")).doesNotExist();
    next.close();
  }

  @Test
  void aRunIsNotWrittenByWhoLostIt() throws IOException {
    RunDirectory lost = RunDirectory.at(new Configuration(), folder.toString());
    lost.take(out);
    Files.createFile(folder.resolve(Lease.FOLDER).resolve("000000009"));
    for (ThrowingCallable write :
        List.<ThrowingCallable>of(
            () -> lost.writeRounds(List.of()),
            () -> lost.dropRoundsAfter(0),
            () -> lost.checkpoints().prepare(1))) {
      assertThatExceptionOfType(UserError.class)
          .isThrownBy(write)
          .withMessageContaining("was taken over by another driver");
    }
    lost.release();
  }
}
