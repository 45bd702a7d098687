package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.UserError;

/**
 * A folder, or a prefix of an object store, with PNG, JPEG and BMP files, in folders of any depth.
 * Ids are the files' paths below the folder.
 */
final class FolderSource {
  private static final Pattern PICTURE = Pattern.compile(".*\\.(png|jpg|jpeg|jpe|bmp)");

  /** No picture is as large; a task reads a file as a whole. */
  private static final long MAX_BYTES = 256L << 20;

  private FolderSource() {}

  static Tally write(IngestJob job, String path) throws IOException {
    Path folder = new Path(path);
    FileSystem files = folder.getFileSystem(job.hadoop());
    if (!files.exists(folder)) {
      throw new UserError("path=%s does not exist; name a folder of pictures".formatted(path));
    }
    Path root = files.getFileStatus(folder).getPath(); // as the paths below it are written
    FileList list = new FileList(job.staging().lists(), job.hadoop());
    long others = list(files, root, list);
    if (list.lists().isEmpty()) {
      throw new UserError(
          "path=%s has no files .png, .jpg, .jpeg or .bmp; name a folder of pictures"
              .formatted(path));
    }
    Broadcast<SerializableConfiguration> hadoop = job.hadoopForTasks();
    String below = root.toString();
    int background = job.config().backgroundRgb();
    Tally tally =
        job.write(
            job.context().parallelize(list.lists(), list.lists().size()),
            (names, to) -> read(names, below, background, hadoop.value().value(), to));
    tally.passedOver = others;
    return tally;
  }

  /**
   * Lists the pictures, and counts the files that are none by their names. Not with Hadoop's own
   * listing of whole trees, which starts a process for each local file, to ask for its owner.
   */
  private static long list(FileSystem files, Path root, FileList list) throws IOException {
    long others = 0;
    Deque<Path> folders = new ArrayDeque<>(List.of(root));
    try (list) {
      while (!folders.isEmpty()) {
        RemoteIterator<FileStatus> found = files.listStatusIterator(folders.pop());
        while (found.hasNext()) {
          FileStatus file = found.next();
          if (file.isDirectory()) {
            folders.push(file.getPath());
          } else if (isPicture(file.getPath().getName())) {
            list.add(file.getPath(), file.getLen());
          } else {
            others++;
          }
        }
      }
    }
    return others;
  }

  private static boolean isPicture(String name) {
    return !name.startsWith(".") && PICTURE.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  private static void read(
      String list, String root, int background, Configuration configuration, Sink to)
      throws IOException {
    FileList.read(
        list,
        configuration,
        file -> {
          FileSystem files = file.getFileSystem(configuration);
          Faults.catchOf(
              file.toString(),
              to,
              () -> {
                byte[] bytes = bytes(files, file);
                to.read(bytes.length);
                to.image(new Found(id(root, file), null, null, Picture.read(bytes, background)));
              });
        });
  }

  private static byte[] bytes(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      byte[] bytes = in.readNBytes((int) MAX_BYTES);
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
