package org.lmconv.jobs.format;

import java.io.Closeable;
import java.io.IOException;
import org.lmconv.jobs.UserError;

/** The elements of the storages of a file. */
interface StorageBytes extends Closeable {
  /**
   * Some elements of a storage.
   *
   * @param from the first one
   * @param count number of them
   * @return as they lie there, little endian
   * @throws UserError if the file does not have them
   */
  byte[] read(StorageRef storage, long from, int count) throws IOException;
}
