package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.UserError;

/** CIFAR-10: a folder of its six binary files, each a task, or its tar.gz, which is one. */
final class CifarSource {
  /** What the archive unpacks to. */
  private static final String FOLDER = "cifar-10-batches-bin";

  private CifarSource() {}

  static Tally write(IngestJob job, String path) throws IOException {
    List<String> files = find(new Path(path), job.hadoop());
    Broadcast<SerializableConfiguration> hadoop = job.hadoopForTasks();
    return job.write(
        job.context().parallelize(files, files.size()),
        (file, to) -> CifarFile.read(file, hadoop.value().value(), to));
  }

  /** The batches in a folder or in what the archive unpacks to there; else the archive. */
  private static List<String> find(Path path, Configuration configuration) throws IOException {
    FileSystem files = path.getFileSystem(configuration);
    if (!files.exists(path)) {
      throw new UserError(
          "path=%s does not exist; name the folder of CIFAR-10's data_batch_*.bin, or its tar.gz"
              .formatted(path));
    }
    if (files.getFileStatus(path).isFile()) {
      return List.of(path.toString());
    }
    for (Path folder : List.of(path, new Path(path, FOLDER))) {
      List<String> batches = list(files, folder, name -> CifarFile.batch(name).isPresent());
      if (!batches.isEmpty()) {
        requireBoth(batches, folder);
        return batches;
      }
    }
    List<String> archives = list(files, path, CifarFile::isArchive);
    if (archives.size() != 1) {
      throw new UserError(
          "path=%s has no data_batch_*.bin and %d tar.gz files; name the one of CIFAR-10"
              .formatted(path, archives.size()));
    }
    return archives;
  }

  private static List<String> list(FileSystem files, Path folder, Predicate<String> wanted)
      throws IOException {
    if (!files.exists(folder)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(folder, path -> wanted.test(path.getName())))
        .filter(FileStatus::isFile)
        .map(file -> file.getPath().toString())
        .sorted()
        .toList();
  }

  private static void requireBoth(List<String> batches, Path folder) {
    for (String kind : List.of("data_batch_1", "test_batch")) {
      if (batches.stream().noneMatch(file -> file.endsWith("/" + kind + ".bin"))) {
        throw new UserError("path=%s lacks %s.bin; put it there".formatted(folder, kind));
      }
    }
  }
}
