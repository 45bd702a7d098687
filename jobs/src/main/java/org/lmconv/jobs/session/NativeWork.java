package org.lmconv.jobs.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Native code, and the end of its process. libtorch that computes while the JVM goes is a fatal
 * error of the JVM, so that a signal waits for what is in flight, before Spark hears of it, and
 * nothing begins any more.
 */
public final class NativeWork {
  /** Spark's hook has 40; higher ones run first. */
  private static final int PRIORITY = 100;

  /** Longer than a batch takes. */
  private static final int MOST_SECONDS = 60;

  private static final ReadWriteLock LOCK = new ReentrantReadWriteLock();
  private static volatile boolean ending;
  private static volatile Supplier<String> lastWords;

  static {
    ShutdownHookManager.get()
        .addShutdownHook(NativeWork::end, PRIORITY, MOST_SECONDS, TimeUnit.SECONDS);
  }

  private NativeWork() {}

  /** Runs native code, unless the process is ending. */
  public static <T> T run(Supplier<T> work) {
    LOCK.readLock().lock();
    try {
      if (ending) {
        throw new IllegalStateException("this process is ending");
      }
      return work.get();
    } finally {
      LOCK.readLock().unlock();
    }
  }

  /**
   * What to tell the user if a signal ends the process from now on.
   *
   * @param words a sentence without its subject and end; null for nothing
   */
  public static void ifStopped(Supplier<String> words) {
    lastWords = words;
  }

  /** Whether the process is on its way out; what fails then fails because of that. */
  public static boolean isEnding() {
    return ending;
  }

  private static void end() {
    ending = true;
    try {
      if (LOCK.writeLock().tryLock(MOST_SECONDS, TimeUnit.SECONDS)) {
        LOCK.writeLock().unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Supplier<String> words = lastWords;
    if (words != null) {
      System.err.println("lmconv: stopped; " + words.get());
    }
  }
}
