package org.lmconv.jobs.ingest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A file of CelebA-HQ such as {@code train/train-r08-s-0000-of-0120.tfrecords}. Ids are {@code
 * celebahq/train-r08-s-0000-of-0120/00017}.
 *
 * @param folder of the file
 * @param split train or validation
 * @param level of the images, whose sides have 2^level pixels
 * @param index of the file, from 0
 * @param count files of this split and level
 */
record CelebaShard(String folder, String split, int level, int index, int count)
    implements Serializable {
  private static final Pattern NAME =
      Pattern.compile("(train|validation)-r(\\d\\d)-s-(\\d{4})-of-(\\d{4})\\.tfrecords");

  /** The shard in a file, if its name is that of one. */
  static Optional<CelebaShard> of(Path file) {
    Matcher name = NAME.matcher(file.getName());
    return name.matches()
        ? Optional.of(
            new CelebaShard(
                file.getParent().toString(),
                name.group(1),
                Integer.parseInt(name.group(2)),
                Integer.parseInt(name.group(3)),
                Integer.parseInt(name.group(4))))
        : Optional.empty();
  }

  /** This one and all others of its split and level, be they there or not. */
  Stream<CelebaShard> all() {
    return IntStream.range(0, count)
        .mapToObj(other -> new CelebaShard(folder, split, level, other, count));
  }

  private String name() {
    return "%s-r%02d-s-%04d-of-%04d".formatted(split, level, index, count);
  }

  void read(Configuration configuration, Sink to) throws IOException {
    Path path = new Path(folder, name() + ".tfrecords");
    Faults.catchOf(
        path.toString(),
        to,
        () -> {
          try (TfRecords records =
              new TfRecords(
                  new BufferedInputStream(path.getFileSystem(configuration).open(path), 1 << 16))) {
            read(records, to);
          }
        });
  }

  private void read(TfRecords records, Sink to) throws IOException {
    int record = 0;
    for (byte[] data = records.next(); data != null; data = records.next()) {
      to.read(data.length);
      try {
        CelebaExample example = CelebaExample.parse(data);
        String id = "celebahq/%s/%05d".formatted(name(), record);
        to.image(new Found(id, split, example.label(), example.pixels()));
      } catch (BadFileException e) {
        throw new BadFileException("record %d: %s".formatted(record, e.getMessage()), e);
      }
      record++;
    }
  }
}
