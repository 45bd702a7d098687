package org.lmconv.jobs.convert;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.lmconv.jobs.UserError;

/**
 * A file on a disk of this machine: itself, or a copy of one elsewhere that goes away on closing.
 * Formats with a directory at their end are read from places all over the file.
 *
 * @param path where it is
 * @param copied whether it is a copy
 */
record LocalCopy(Path path, boolean copied) implements Closeable {

  /**
   * Fetches a file.
   *
   * @param where on any file system that Hadoop knows
   * @throws UserError if it cannot be read
   */
  static LocalCopy of(Configuration hadoop, String where) throws IOException {
    if (where.isEmpty()) {
      throw new UserError("from is not given; name a .pth or .safetensors file with from=FILE");
    }
    try {
      return fetch(hadoop, new org.apache.hadoop.fs.Path(where), where);
    } catch (FileNotFoundException e) {
      throw new UserError("from=%s does not exist; name a file".formatted(where), e);
    } catch (IOException | IllegalArgumentException e) { // the latter of malformed paths
      throw new UserError("from=%s cannot be read: %s".formatted(where, e.getMessage()), e);
    }
  }

  private static LocalCopy fetch(Configuration hadoop, org.apache.hadoop.fs.Path path, String where)
      throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    if (files.getFileStatus(path).isDirectory()) {
      throw new UserError("from=%s is a folder; name a file in it".formatted(where));
    }
    if (files instanceof LocalFileSystem local) {
      Path itself = local.pathToFile(path).toPath();
      Files.newInputStream(itself).close(); // tells at once whether it may be read
      return new LocalCopy(itself, false);
    }
    Path copy = Files.createTempFile("lmconv-import", null);
    files.copyToLocalFile(false, path, new org.apache.hadoop.fs.Path(copy.toUri()), true);
    return new LocalCopy(copy, true);
  }

  @Override
  public void close() throws IOException {
    if (copied) {
      Files.delete(path);
    }
  }
}
