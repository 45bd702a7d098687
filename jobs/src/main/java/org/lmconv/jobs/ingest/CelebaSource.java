package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.Grid;

/**
 * CelebA-HQ as Glow's authors published it: folders train and validation of TFRecord files, each of
 * which is a task.
 */
final class CelebaSource {
  /** What the published archive unpacks to. */
  private static final String FOLDER = "celebahq-tfr";

  private CelebaSource() {}

  static Tally write(IngestJob job, String path) throws IOException {
    Path given = new Path(path);
    FileSystem files = given.getFileSystem(job.hadoop());
    Path inside = new Path(given, FOLDER);
    Path root = files.exists(inside) ? inside : given;
    List<CelebaShard> shards = new ArrayList<>();
    for (String split : List.of("train", "validation")) {
      shards.addAll(find(files, root, split, job.config().grid()));
    }
    Broadcast<SerializableConfiguration> hadoop = job.hadoopForTasks();
    return job.write(
        job.context().parallelize(shards, shards.size()),
        (shard, to) -> shard.read(hadoop.value().value(), to));
  }

  /**
   * The shards of a split, of the smallest images that are as large as those of the table, else of
   * the largest. A shard that is not there is among them: reading it is a fault.
   */
  private static List<CelebaShard> find(
      FileSystem files, Path root, String split, Optional<Grid> size) throws IOException {
    Path folder = new Path(root, split);
    FileStatus[] found = files.exists(folder) ? files.listStatus(folder) : new FileStatus[0];
    List<CelebaShard> shards =
        Arrays.stream(found)
            .flatMap(file -> CelebaShard.of(file.getPath()).stream())
            .filter(shard -> shard.split().equals(split))
            .toList();
    if (shards.isEmpty()) {
      throw new UserError(
          "path=%s lacks %s/%s-r08-s-0000-of-NNNN.tfrecords; name the folder of CelebA-HQ's"
                  .formatted(root, split, split)
              + " TFRecords");
    }
    int side = size.map(grid -> Math.max(grid.height(), grid.width())).orElse(Integer.MAX_VALUE);
    int most = shards.stream().mapToInt(CelebaShard::level).max().orElseThrow();
    int level =
        shards.stream()
            .mapToInt(CelebaShard::level)
            .filter(l -> 1L << l >= side)
            .min()
            .orElse(most);
    CelebaShard any = shards.stream().filter(s -> s.level() == level).findFirst().orElseThrow();
    return any.all().toList();
  }
}
