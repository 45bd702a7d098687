package org.lmconv.jobs.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;

/**
 * A hidden directory beside the place of a table, in which the table is made, and moved there once
 * it is whole. What a command leaves that is killed is removed by the next one for the same table.
 */
final class Staging implements Closeable {
  private static final long DAY = 24L * 60 * 60 * 1000;

  private final FileSystem files;
  private final Path table;
  private final Path place;

  /**
   * Makes the directory.
   *
   * @param data where the images table is to be
   * @throws UserError if one of the tables exists
   * @throws IOException if the directory cannot be made
   */
  Staging(String data, Configuration configuration) throws IOException {
    table = new Path(data);
    files = table.getFileSystem(configuration);
    refuseExisting(table);
    refuseExisting(errorsTable(data));
    Path parent = files.makeQualified(table).getParent();
    String prefix = "." + table.getName() + ".";
    removeAbandoned(parent, prefix);
    place = new Path(parent, prefix + UUID.randomUUID() + ".partial");
    if (!files.mkdirs(images(place)) || !files.mkdirs(errors(place))) {
      throw new IOException("cannot make directory " + place);
    }
  }

  private void removeAbandoned(Path parent, String prefix) throws IOException {
    if (!files.exists(parent)) {
      return;
    }
    for (FileStatus found : files.listStatus(parent)) {
      String name = found.getPath().getName();
      if (name.startsWith(prefix) && name.endsWith(".partial")) {
        Path images = images(found.getPath());
        FileStatus newest = files.exists(images) ? files.getFileStatus(images) : found;
        if (newest.getModificationTime() < System.currentTimeMillis() - DAY) {
          files.delete(found.getPath(), true);
        }
      }
    }
  }

  private void refuseExisting(Path data) throws IOException {
    if (files.exists(data)) {
      throw new UserError(
          "data=%s exists and is not overwritten; remove it or name another".formatted(data));
    }
  }

  /** Where the table of errors is to be. */
  static Path errorsTable(String data) {
    return new Path(data).suffix("_errors");
  }

  /** The hidden directory. */
  Path place() {
    return place;
  }

  /** The images table within the hidden directory. */
  static Path images(Path place) {
    return new Path(place, "images");
  }

  static Path errors(Path place) {
    return new Path(place, "errors");
  }

  /** Removes files with other names than these: those of attempts of tasks that Spark gave up. */
  void keepOnly(Set<String> names) throws IOException {
    for (Path directory : new Path[] {images(place), errors(place)}) {
      for (FileStatus file : files.listStatus(directory)) {
        if (!names.contains(file.getPath().getName())) {
          files.delete(file.getPath(), false);
        }
      }
    }
  }

  /**
   * Moves the tables to their places, that of the images last.
   *
   * @throws UserError if a table has come there meanwhile
   */
  void publish(boolean withErrors) throws IOException {
    refuseExisting(table); // a rename would move into a directory that is there
    if (withErrors) {
      Path errors = errorsTable(table.toString());
      refuseExisting(errors);
      rename(errors(place), errors);
    }
    rename(images(place), table);
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("cannot rename %s to %s".formatted(from, to));
    }
  }

  /** Removes the directory. */
  @Override
  public void close() throws IOException {
    files.delete(place, true);
  }
}
