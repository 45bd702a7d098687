package org.lmconv.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Something to be measured: what takes turns to be timed, and the rows that come of it. */
interface Question extends AutoCloseable {
  /**
   * A computation to be repeated.
   *
   * @param title for people
   * @param run computes once, to the end of what the device has to do
   */
  record Turn(String title, Runnable run) {}

  /** For people: what, under which order. */
  String title();

  /** Takes the memory that is needed, for what takes turns; none where other processes measure. */
  default List<Turn> turns() throws IOException {
    return List.of();
  }

  /** Frees it. */
  @Override
  default void close() {}

  /**
   * The rows, once the question is closed, so that other processes may have its memory.
   *
   * @param times of the turns, in their order
   * @param progress is told what is about to be done
   */
  List<ObjectNode> rows(List<Times> times, Consumer<String> progress) throws IOException;
}
