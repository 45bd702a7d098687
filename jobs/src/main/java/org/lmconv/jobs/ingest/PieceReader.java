package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.io.Serializable;

/**
 * Reads pieces of a source, on executors.
 *
 * @param <T> a piece: the name of a file, a row ...
 */
@FunctionalInterface
interface PieceReader<T> extends Serializable {

  /**
   * Reads a piece from its start to its end, with one image of it in memory at a time.
   *
   * @throws IOException if a file system fails; what is wrong with the piece itself is a fault
   */
  void read(T piece, Sink to) throws IOException;
}
