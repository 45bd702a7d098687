package org.lmconv.jobs.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;

/**
 * CelebA-HQ as Glow's authors published it: folders train and validation of TFRecord files, called
 * shards, such as {@code train/train-r08-s-0000-of-0120.tfrecords} with images of 2^8 pixels a
 * side. Each is a task. Ids are {@code celebahq/train-r08-s-0000-of-0120/00017}.
 *
 * <p>A record is a {@code tf.train.Example}: features "shape" (int64 list: rows, columns,
 * channels), "data" (bytes: uint8, row-major [H, W, C]) and "label" (int64).
 */
final class Celeba {
  /** What the published archive unpacks to. */
  private static final String FOLDER = "celebahq-tfr";

  /** Split, level, whose images have 2^level pixels a side, and the number of such shards. */
  private static final Pattern SHARD =
      Pattern.compile("(train|validation)-r(\\d\\d)-s-\\d{4}-of-(\\d{4})\\.tfrecords");

  private static final Set<String> FEATURES = Set.of("shape", "data", "label");
  private static final int MOST_NUMBERS = 10; // of a shape

  private Celeba() {}

  static Tally write(IngestJob job, String path) throws IOException {
    Path given = new Path(path);
    FileSystem files = given.getFileSystem(job.hadoop());
    Path inside = new Path(given, FOLDER);
    Path root = files.exists(inside) ? inside : given;
    int side =
        job.config()
            .grid()
            .map(size -> Math.max(size.height(), size.width()))
            .orElse(Integer.MAX_VALUE);
    List<String> shards = new ArrayList<>(find(files, root, "train", side));
    shards.addAll(find(files, root, "validation", side));
    return job.write(shards, Celeba::read);
  }

  /**
   * The shards of a split, of the smallest images whose sides are as large, else of the largest. A
   * shard that is not there is among them: reading it is a fault.
   */
  private static List<String> find(FileSystem files, Path root, String split, int side)
      throws IOException {
    Path folder = files.makeQualified(new Path(root, split));
    SortedMap<Integer, Integer> countOfLevel = new TreeMap<>();
    for (FileStatus file : files.exists(folder) ? files.listStatus(folder) : new FileStatus[0]) {
      Matcher name = SHARD.matcher(file.getPath().getName());
      if (name.matches() && name.group(1).equals(split)) {
        countOfLevel.putIfAbsent(Integer.valueOf(name.group(2)), Integer.valueOf(name.group(3)));
      }
    }
    if (countOfLevel.isEmpty()) {
      throw new UserError(
          "path=%s lacks %s/%s-r08-s-0000-of-NNNN.tfrecords; name the folder of CelebA-HQ's"
                  .formatted(root, split, split)
              + " TFRecords");
    }
    int level =
        countOfLevel.keySet().stream()
            .filter(exponent -> 1L << exponent >= side)
            .findFirst()
            .orElse(countOfLevel.lastKey());
    int count = countOfLevel.get(level);
    return IntStream.range(0, count)
        .mapToObj(index -> "%s-r%02d-s-%04d-of-%04d".formatted(split, level, index, count))
        .map(name -> new Path(folder, name + ".tfrecords").toString())
        .toList();
  }

  private static void read(String shard, PartWriter to) throws IOException {
    Path path = new Path(shard);
    to.reading(
        shard,
        () -> {
          try (InputStream in = to.fileSystem(path).open(path)) {
            TfRecords records = new TfRecords(new BufferedInputStream(in, 1 << 16));
            read(records, path.getName().replace(".tfrecords", ""), to);
          }
        });
  }

  private static void read(TfRecords records, String shard, PartWriter to) throws IOException {
    String split = shard.substring(0, shard.indexOf('-'));
    int record = 0;
    for (byte[] data = records.next(); data != null; data = records.next()) {
      to.countBytesRead(data.length);
      try {
        read(data, "celebahq/%s/%05d".formatted(shard, record), split, to);
      } catch (InvalidProtocolBufferException e) {
        throw new BadFileException("record %d: it is no tf.train.Example".formatted(record), e);
      } catch (BadFileException e) {
        throw new BadFileException("record %d: %s".formatted(record, e.getMessage()), e);
      }
      record++;
    }
  }

  /**
   * Reads an example. The messages are Example{features=1}, Features{map=1}, map entry{key=1,
   * value=2}, and Feature{bytes_list=1, int64_list=3}, each list{value=1}.
   */
  private static void read(byte[] example, String id, String split, PartWriter to)
      throws IOException {
    Map<String, ByteString> features = new HashMap<>();
    each(
        UnsafeByteOperations.unsafeWrap(example),
        1,
        all ->
            each(
                all,
                1,
                entry -> {
                  String key = last(entry, 1).toStringUtf8();
                  if (FEATURES.contains(key)) {
                    features.put(key, last(entry, 2));
                  }
                }));
    List<Long> shape = numbers(features.getOrDefault("shape", ByteString.EMPTY));
    List<Long> label = numbers(features.getOrDefault("label", ByteString.EMPTY));
    ByteString data = last(last(features.getOrDefault("data", ByteString.EMPTY), 1), 1);
    Integer first = label.isEmpty() ? null : (Integer) label.get(0).intValue();
    to.image(id, split, first, pixels(shape, data.toByteArray()));
  }

  private static Pixels pixels(List<Long> shape, byte[] data) throws BadFileException {
    // Double: a product of absurd sides must not overflow before it can be refused.
    double values = shape.stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
    boolean sides = shape.size() == 3 && shape.stream().allMatch(side -> side >= 1);
    if (!sides || values != data.length || shape.get(2) != 1 && shape.get(2) != 3) {
      throw new BadFileException(
          "it has %d bytes of data for the shape %s".formatted(data.length, shape));
    }
    int channels = shape.get(2).intValue();
    return new Pixels(
        new ImageShape(channels, shape.get(0).intValue(), shape.get(1).intValue()), data);
  }

  /** Takes a field. */
  @FunctionalInterface
  private interface Field {
    void read(ByteString content) throws IOException;
  }

  /** Reads the fields of a message that have this number and hold messages, strings or bytes. */
  private static void each(ByteString message, int number, Field field) throws IOException {
    CodedInputStream in = message.newCodedInput();
    in.enableAliasing(true); // fields of fields are not copied
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (number << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
        field.read(in.readBytes());
      } else {
        in.skipField(tag);
      }
    }
  }

  /** The last such field, which is the one that counts; empty if there is none. */
  private static ByteString last(ByteString message, int number) throws IOException {
    ByteString[] last = {ByteString.EMPTY};
    each(message, number, field -> last[0] = field);
    return last[0];
  }

  /** The values of an int64 list, which may be packed; not all of a list that would be absurd. */
  private static List<Long> numbers(ByteString feature) throws IOException {
    List<Long> numbers = new ArrayList<>();
    CodedInputStream in = last(feature, 3).newCodedInput();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (1 << 3 | WireFormat.WIRETYPE_VARINT)) {
        add(in.readInt64(), numbers);
      } else if (tag == (1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
        int outer = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
          add(in.readInt64(), numbers);
        }
        in.popLimit(outer);
      } else {
        in.skipField(tag);
      }
    }
    return numbers;
  }

  private static void add(long value, List<Long> numbers) {
    if (numbers.size() < MOST_NUMBERS) {
      numbers.add(value);
    }
  }
}
