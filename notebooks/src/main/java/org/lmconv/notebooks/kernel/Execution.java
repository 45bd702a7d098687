package org.lmconv.notebooks.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Runs snippets in this process and keeps what they return and throw: JShell itself hands out texts
 * only.
 */
final class Execution extends DirectExecutionControl implements ExecutionControlProvider {
  /** What the thread of a snippet ends with; one of them is null. */
  private record Outcome(Object value, Throwable thrown) {}

  private final AtomicReference<Thread> running = new AtomicReference<>();
  private Object value;
  private Throwable thrown;
  private volatile boolean interrupted;

  @Override
  public String name() {
    return "lmconv";
  }

  @Override
  public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
    return this;
  }

  /** Begins a cell: interrupts that came before are not meant for it. */
  void beginCell() {
    interrupted = false;
  }

  /** Begins a snippet of the cell: forgets the last value and exception. */
  void beginSnippet() {
    value = null;
    thrown = null;
  }

  /** What the last snippet returned, or null. */
  Object value() {
    return value;
  }

  /** What the last snippet threw, or null. */
  Throwable thrown() {
    return thrown;
  }

  /** Whether {@link #interrupt} was called since the cell began. */
  boolean interrupted() {
    return interrupted;
  }

  /**
   * Interrupts the cell: the running snippet, unless it never waits or looks, and, as the flag
   * stays, those after it. Between two snippets, while one is compiled, no thread runs.
   */
  void interrupt() {
    interrupted = true;
    Thread thread = running.get();
    if (thread != null) {
      thread.interrupt();
    }
  }

  /**
   * Runs on a thread of its own, so that an interrupt that comes late cannot hit the thread that
   * answers Jupyter.
   */
  @Override
  protected String invoke(Method snippet) throws Exception {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Thread thread = new Thread(() -> outcome.set(call(snippet)), "cell");
    // Libraries look for their plug-ins, such as a JDBC driver, with this loader.
    thread.setContextClassLoader(snippet.getDeclaringClass().getClassLoader());
    running.set(thread);
    thread.start();
    if (interrupted) { // just before the thread was known
      thread.interrupt();
    }
    thread.join();
    running.set(null);
    value = outcome.get().value();
    thrown = outcome.get().thrown();
    if (thrown != null) {
      throw new InvocationTargetException(thrown);
    }
    return valueString(value);
  }

  private static Outcome call(Method snippet) {
    try {
      return new Outcome(snippet.invoke(null), null);
    } catch (InvocationTargetException e) {
      return new Outcome(null, e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      return new Outcome(null, e);
    }
  }
}
