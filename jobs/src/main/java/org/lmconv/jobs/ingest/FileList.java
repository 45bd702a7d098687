package org.lmconv.jobs.ingest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Lists of files that tasks are to read, a text file with a line per file for each task. So the
 * driver needs no memory for millions of names.
 */
final class FileList implements Closeable {
  private static final int FILES = 1000;
  private static final long BYTES = 64L << 20;

  private final Path directory;
  private final Configuration configuration;
  private final List<String> lists = new ArrayList<>();
  private BufferedWriter list;
  private int files;
  private long bytes;

  /**
   * @param directory for the lists
   */
  FileList(Path directory, Configuration configuration) {
    this.directory = directory;
    this.configuration = configuration;
  }

  /** Adds a file, of so many bytes. */
  void add(Path file, long length) throws IOException {
    if (list == null) {
      Path path = new Path(directory, "%06d.txt".formatted(lists.size()));
      list =
          new BufferedWriter(
              new OutputStreamWriter(
                  path.getFileSystem(configuration).create(path), StandardCharsets.UTF_8));
      lists.add(path.toString());
      files = 0;
      bytes = 0;
    }
    list.write(file.toUri().toASCIIString()); // a name may hold a line's end
    list.newLine();
    files++;
    bytes += length;
    if (files == FILES || bytes >= BYTES) {
      close();
    }
  }

  /** The lists so far; all are complete once this one is closed. */
  List<String> lists() {
    return List.copyOf(lists);
  }

  @Override
  public void close() throws IOException {
    if (list != null) {
      list.close();
      list = null;
    }
  }

  /** Takes the files of a list, one at a time. */
  @FunctionalInterface
  interface Reader {
    void read(Path file) throws IOException;
  }

  static void read(String list, Configuration configuration, Reader reader) throws IOException {
    Path path = new Path(list);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                path.getFileSystem(configuration).open(path), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.read(new Path(URI.create(line)));
      }
    }
  }
}
