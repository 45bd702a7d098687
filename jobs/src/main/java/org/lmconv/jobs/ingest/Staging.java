package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.io.Serializable;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.UserError;

/**
 * A hidden directory beside the place of a table, in which the table is made, and moved there once
 * it is whole. What a command leaves that is killed is removed by the next one for the same table.
 *
 * @param data where the images table is to be
 * @param place of the hidden directory
 */
record Staging(String data, String place) implements Serializable {
  private static final String IMAGES = "images";
  private static final long DAY = 24L * 60 * 60 * 1000;

  /**
   * Makes the directory.
   *
   * @throws UserError if one of the tables exists
   * @throws IOException if the directory cannot be made
   */
  static Staging create(String data, Configuration configuration) throws IOException {
    Path table = new Path(data);
    FileSystem files = table.getFileSystem(configuration);
    refuseExisting(files, table);
    refuseExisting(files, errorsTable(data));
    Path parent = files.makeQualified(table).getParent();
    String prefix = "." + table.getName() + ".";
    removeAbandoned(files, parent, prefix);
    Path place = new Path(parent, prefix + UUID.randomUUID() + ".partial");
    Staging staging = new Staging(data, place.toString());
    if (!files.mkdirs(staging.images()) || !files.mkdirs(staging.errors())) {
      throw new IOException("cannot make directory " + place);
    }
    return staging;
  }

  private static void removeAbandoned(FileSystem files, Path parent, String prefix)
      throws IOException {
    if (files.exists(parent)) {
      FileStatus[] found =
          files.listStatus(
              parent,
              path -> path.getName().startsWith(prefix) && path.getName().endsWith(".partial"));
      for (FileStatus directory : found) {
        Path images = new Path(directory.getPath(), IMAGES);
        FileStatus newest = files.exists(images) ? files.getFileStatus(images) : directory;
        if (newest.getModificationTime() < System.currentTimeMillis() - DAY) {
          files.delete(directory.getPath(), true);
        }
      }
    }
  }

  private static void refuseExisting(FileSystem files, Path data) throws IOException {
    if (files.exists(data)) {
      throw new UserError(
          "data=%s exists and is not overwritten; remove it or name another".formatted(data));
    }
  }

  /** Where the table of errors is to be. */
  static Path errorsTable(String data) {
    Path table = new Path(data);
    return table.suffix("_errors");
  }

  Path images() {
    return new Path(place, IMAGES);
  }

  Path errors() {
    return new Path(place, "errors");
  }

  /** For lists of files that are to be read. */
  Path lists() {
    return new Path(place, "lists");
  }

  /**
   * Removes files that are of no part: those of attempts that Spark gave up.
   *
   * @param names of the files that stay
   */
  void keepOnly(Set<String> names, Configuration configuration) throws IOException {
    FileSystem files = images().getFileSystem(configuration);
    for (Path directory : new Path[] {images(), errors()}) {
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
  void publish(boolean withErrors, Configuration configuration) throws IOException {
    Path table = new Path(data);
    FileSystem files = table.getFileSystem(configuration);
    refuseExisting(files, table); // a rename would move into a directory that is there
    if (withErrors) {
      refuseExisting(files, errorsTable(data));
      rename(files, errors(), errorsTable(data));
    }
    rename(files, images(), table);
  }

  private static void rename(FileSystem files, Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("cannot rename %s to %s".formatted(from, to));
    }
  }

  /** Removes the directory. */
  void remove(Configuration configuration) throws IOException {
    Path directory = new Path(place);
    directory.getFileSystem(configuration).delete(directory, true);
  }
}
