package org.lmconv.jobs.ingest;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.lmconv.jobs.base.UserError;

/**
 * A folder, or a prefix of an object store, with PNG, JPEG and BMP files, in folders of any depth.
 * Ids are the files' paths below the folder.
 */
final class FolderSource {
  private static final Pattern PICTURE = Pattern.compile("(?s).*\\.(png|jpg|jpeg|jpe|bmp)");

  /** No picture is as large; a task reads a file as a whole. */
  private static final int MAX_BYTES = 256 << 20;

  private FolderSource() {}

  static Tally write(IngestJob job, String path) throws IOException {
    Path folder = new Path(path);
    FileSystem files = folder.getFileSystem(job.hadoop());
    if (!files.exists(folder)) {
      throw new UserError("path=%s does not exist; name a folder of pictures".formatted(path));
    }
    Path root = files.getFileStatus(folder).getPath(); // as the paths below it are written
    Lists lists = new Lists(new Path(job.staging().place(), "lists"), job.hadoop());
    long others = list(files, root, lists);
    if (lists.paths.isEmpty()) {
      throw new UserError(
          "path=%s has no files .png, .jpg, .jpeg or .bmp; name a folder of pictures"
              .formatted(path));
    }
    String below = root.toString();
    int background = job.config().backgroundRgb();
    Tally tally = job.write(lists.paths, (list, to) -> read(new Path(list), below, background, to));
    tally.passedOver = others;
    return tally;
  }

  /**
   * Lists the pictures, and counts the files that are none by their names. Not with Hadoop's own
   * listing of whole trees, which starts a process for each local file, to ask for its owner.
   */
  private static long list(FileSystem files, Path root, Lists to) throws IOException {
    if (isLocal(root)) {
      return listLocal(root, to);
    }
    long others = 0;
    Deque<Path> folders = new ArrayDeque<>(List.of(root));
    try (to) {
      while (!folders.isEmpty()) {
        RemoteIterator<FileStatus> found = files.listStatusIterator(folders.pop());
        while (found.hasNext()) {
          FileStatus file = found.next();
          if (file.isDirectory()) {
            folders.push(file.getPath());
          } else if (isPicture(file.getPath().getName())) {
            to.add(file.getPath(), file.getLen());
          } else {
            others++;
          }
        }
      }
    }
    return others;
  }

  /** Without Hadoop, which takes "a:b.png" for a file of a store "a". */
  private static long listLocal(Path root, Lists to) throws IOException {
    long others = 0;
    java.nio.file.Path start = java.nio.file.Path.of(root.toUri());
    try (to;
        Stream<java.nio.file.Path> all = Files.walk(start, FileVisitOption.FOLLOW_LINKS)) {
      for (java.nio.file.Path file : (Iterable<java.nio.file.Path>) all::iterator) {
        if (!Files.isRegularFile(file)) { // a folder, or a link to nothing
          continue;
        }
        if (isPicture(file.getFileName().toString())) {
          to.add(new Path(file.toUri()), Files.size(file));
        } else {
          others++;
        }
      }
    } catch (UncheckedIOException e) { // of a folder on the way
      throw e.getCause();
    }
    return others;
  }

  private static boolean isLocal(Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  private static boolean isPicture(String name) {
    return !name.startsWith(".") && PICTURE.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /**
   * Lists of files, in text files with a line for each, one for each task. So the driver needs no
   * memory for millions of names.
   */
  private static final class Lists implements Closeable {
    private static final int MOST_FILES = 1000;
    private static final long MOST_BYTES = 64L << 20;

    final List<String> paths = new ArrayList<>();
    private final Path directory;
    private final FileSystem fileSystem;
    private Writer list;
    private int files;
    private long bytes;

    Lists(Path directory, Configuration configuration) throws IOException {
      this.directory = directory;
      this.fileSystem = directory.getFileSystem(configuration);
    }

    void add(Path file, long length) throws IOException {
      if (list == null) {
        Path path = new Path(directory, "%06d.txt".formatted(paths.size()));
        list = new OutputStreamWriter(fileSystem.create(path), StandardCharsets.UTF_8);
        paths.add(path.toString());
        files = 0;
        bytes = 0;
      }
      list.write(file.toUri().toASCIIString() + "\n"); // a name may hold a line's end
      files++;
      bytes += length;
      if (files == MOST_FILES || bytes >= MOST_BYTES) {
        close();
      }
    }

    @Override
    public void close() throws IOException {
      if (list != null) {
        list.close();
        list = null;
      }
    }
  }

  private static void read(Path list, String root, int background, PartWriter to)
      throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(to.fileSystem(list).open(list), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Path file = new Path(URI.create(line));
        to.reading(
            file.toString(),
            () -> {
              byte[] bytes = bytes(file, to);
              to.countBytesRead(bytes.length);
              to.image(id(root, file), null, null, PictureDecoder.decode(bytes, background));
            });
      }
    }
  }

  private static byte[] bytes(Path file, PartWriter to) throws IOException {
    try (InputStream in =
        isLocal(file)
            ? Files.newInputStream(java.nio.file.Path.of(file.toUri()))
            : to.fileSystem(file).open(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES);
      if (bytes.length == MAX_BYTES) {
        throw new BadFileException("it has more than 256 MB");
      }
      return bytes;
    }
  }

  private static String id(String root, Path file) {
    String path = file.toString();
    return path.equals(root)
        ? file.getName()
        : path.substring(root.length()).replaceFirst("^/", "");
  }
}
