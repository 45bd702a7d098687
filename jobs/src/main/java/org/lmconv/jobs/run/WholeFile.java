package org.lmconv.jobs.run;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.UserError;

/** A file on any file system that Hadoop knows, which appears whole or not at all. */
public final class WholeFile {
  private final Storage storage;
  private final FileSystem files;
  private final String key;
  private final Path path;

  private WholeFile(Storage storage, FileSystem files, String key, Path path) {
    this.storage = storage;
    this.files = files;
    this.key = key;
    this.path = path;
  }

  /** Writes what is to be in a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Chooses a file, in the place of one that may be there.
   *
   * @param key that names it, for messages
   */
  public static WholeFile over(Configuration hadoop, String key, String name) throws IOException {
    Path given = new Path(name);
    FileSystem files = given.getFileSystem(hadoop);
    return new WholeFile(new Storage(hadoop), files, key, files.makeQualified(given));
  }

  /**
   * Chooses a file that is not there yet.
   *
   * @param key that names it, for messages
   * @throws UserError if it is there already
   */
  public static WholeFile at(Configuration hadoop, String key, String name) throws IOException {
    WholeFile file = over(hadoop, key, name);
    if (file.files.exists(file.path)) {
      throw new UserError("%s=%s is there already; name a new file".formatted(key, name));
    }
    return file;
  }

  /**
   * Writes it.
   *
   * @throws UserError if it cannot be written
   */
  public Path write(Content content) throws IOException {
    try {
      storage.write(path, content);
      return path;
    } catch (IOException e) {
      throw new UserError(
          "%s=%s cannot be written: %s; name another file"
              .formatted(key, RunDirectory.location(path), e.getMessage()),
          e);
    } finally {
      discard(Storage.hidden(path));
    }
  }

  private void discard(Path hidden) {
    try {
      files.delete(hidden, false);
    } catch (IOException e) {
      return; // what was wrong before is told
    }
  }
}
