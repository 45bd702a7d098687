package org.lmconv.jobs.run;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;

/**
 * The right to write a run, which one driver has at a time. It is the file of the newest epoch in a
 * hidden folder of the run; who creates it has it, and no two can. A sign of life goes into it
 * every few seconds: a driver without any is dead, and the next one takes the next epoch. One that
 * was only asleep finds that epoch, and stops before it writes.
 */
final class Lease {
  static final String FOLDER = ".lease";

  /** What is left in the file of a lease that was given back: no epoch comes twice. */
  private static final String FREE = "free";

  /** Between two signs of life. */
  static final Duration BEAT = Duration.ofSeconds(2);

  /** Beats that a driver which lives does not miss in a row. */
  private static final int PATIENCE = 6;

  private final Storage storage;
  private final Path epoch;
  private final String run;
  private final String holder;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "lmconv-lease");
            thread.setDaemon(true);
            return thread;
          });
  private int beat;
  private boolean closed;

  private Lease(Storage storage, Path epoch, String run) throws IOException {
    this.storage = storage;
    this.epoch = epoch;
    this.run = run;
    this.holder = "%s process %d".formatted(host(), ProcessHandle.current().pid());
  }

  /**
   * Takes the lease of a run; waits for a sign of life of the driver that has it.
   *
   * @param out is told of that
   * @param every time between two signs of life
   * @throws UserError if that driver lives, or another one is faster
   */
  static Lease take(Storage storage, Path root, PrintStream out, Duration every)
      throws IOException {
    Path folder = new Path(root, FOLDER);
    List<Path> epochs = storage.list(folder);
    String run = RunDirectory.location(root);
    int last = 0;
    if (!epochs.isEmpty()) {
      Path newest = epochs.get(epochs.size() - 1);
      last = Integer.parseInt(newest.getName());
      requireDead(storage, newest, run, out, every.multipliedBy(PATIENCE));
    }
    Lease lease = new Lease(storage, new Path(folder, "%09d".formatted(last + 1)), run);
    lease.create();
    for (Path old : epochs) {
      storage.delete(old);
    }
    long period = every.toMillis();
    lease.beats.scheduleAtFixedRate(lease::beat, period, period, TimeUnit.MILLISECONDS);
    return lease;
  }

  private static void requireDead(
      Storage storage, Path epoch, String run, PrintStream out, Duration patience)
      throws IOException {
    String before = text(storage, epoch);
    if (before.equals(FREE)) {
      return;
    }
    String holder = before.replaceFirst(", beat .*", "").strip();
    if (isGone(holder)) {
      return;
    }
    out.printf("run %s is held by %s; waiting for a sign of life%n", run, holder);
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end) {
      String now = text(storage, epoch);
      if (now.equals(FREE)) {
        return; // it has ended
      }
      if (!now.equals(before)) {
        throw new UserError(
            "run=%s is being trained by %s; let it end or stop it, or name another run=DIR"
                .formatted(run, holder));
      }
      sleep();
    }
  }

  /** Whether a process of this machine has ended. */
  private static boolean isGone(String holder) throws IOException {
    String[] words = holder.split(" process ");
    return words.length == 2
        && words[0].equals(host())
        && words[1].matches("\\d{1,18}")
        && ProcessHandle.of(Long.parseLong(words[1])).isEmpty();
  }

  private static String host() throws IOException {
    return InetAddress.getLocalHost().getHostName();
  }

  private static String text(Storage storage, Path epoch) {
    try {
      return storage.readText(epoch);
    } catch (IOException e) { // it is being written, or has just gone
      return "";
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another driver", e);
    }
  }

  private void create() throws IOException {
    try {
      write(false, sign());
    } catch (FileAlreadyExistsException e) {
      throw new UserError("run=%s was taken by another driver just now".formatted(run), e);
    }
  }

  private String sign() {
    return "%s, beat %d".formatted(holder, beat++);
  }

  private void write(boolean over, String text) throws IOException {
    FileSystem files = storage.files(epoch);
    try (OutputStream out = files.create(epoch, over)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private synchronized void beat() {
    try {
      if (!closed && storage.exists(epoch)) {
        write(true, sign());
      }
    } catch (IOException e) {
      return; // the store may be back for the next one
    }
  }

  /**
   * To be called before anything is written or deleted that readers look at.
   *
   * @throws UserError if another driver has taken over
   */
  void requireHeld() throws IOException {
    List<Path> epochs = storage.list(epoch.getParent());
    if (epochs.isEmpty() || !epochs.get(epochs.size() - 1).getName().equals(epoch.getName())) {
      throw new UserError(
          "run=%s was taken over by another driver, which had no sign of life of this one; this one"
                  .formatted(run)
              + " stops, and has written nothing since");
    }
  }

  /** Gives it back. */
  synchronized void close() {
    closed = true;
    beats.shutdown();
    try {
      if (storage.exists(epoch)) {
        write(true, FREE);
      }
    } catch (IOException e) {
      return; // the next driver waits for a sign of life
    }
  }
}
