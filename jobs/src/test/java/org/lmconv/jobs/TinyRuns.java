package org.lmconv.jobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.EveryKey;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.model.Seeds;

/** Tables of tiny images and configurations of tiny networks, to run whole jobs within a second. */
public final class TinyRuns {
  /** Side of the images, in pixels. */
  public static final int SIDE = 4;

  private static final List<String> NETWORK =
      List.of(
          "model.filters=3",
          "score.batch-size=3",
          "train.batch-size=2",
          "train.rounds=4",
          "train.local-steps=1");

  private TinyRuns() {}

  /** A table of random grey images, 12 to train on and 7 to test with. */
  public static String table(Path folder) {
    return table(folder, "tiny.parquet", image -> image);
  }

  /** A table whose image i has the pixels of image {@code contentOf(i)}. */
  public static String table(Path folder, String name, IntUnaryOperator contentOf) {
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < 19; image++) {
      rows.add(row(image, 12, contentOf.applyAsInt(image), SIDE, SIDE));
    }
    return written(rows, folder.resolve(name));
  }

  /** A table of random grey images of another size, 6 to train on and 5 to test with. */
  public static String table(Path folder, String name, int height, int width) {
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < 11; image++) {
      rows.add(row(image, 6, image, height, width));
    }
    return written(rows, folder.resolve(name));
  }

  private static Row row(int image, int trained, int content, int height, int width) {
    String split = image < trained ? "train" : "test";
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (256 * Seeds.uniform(content, i));
    }
    String id = "%s/%02d".formatted(split, image);
    return RowFactory.create(id, split, content % 10, height, width, 1, pixels);
  }

  private static String written(List<Row> rows, Path table) {
    Dataset<Row> images = TestSpark.session().createDataFrame(rows, ImagesTable.schema());
    images.coalesce(1).write().parquet(table.toString());
    return table.toString();
  }

  /** The configuration of a tiny network, with these words over it. */
  public static JobConfig config(String... words) {
    List<String> all = Stream.concat(NETWORK.stream(), Stream.of(words)).toList();
    return ConfigLoader.load(Optional.empty(), all, "train", EveryKey.class);
  }

  /** What a command does in a session that is open. */
  @FunctionalInterface
  public interface SessionCommand {
    void run(SparkSession spark, JobConfig config, PrintStream out) throws IOException;
  }

  /** Runs a command in the session of the tests, and returns what it printed. */
  public static String printed(
      String name, Class<? extends Record> keys, SessionCommand command, String... words)
      throws IOException {
    Printed out = new Printed();
    JobConfig config = ConfigLoader.load(Optional.empty(), List.of(words), name, keys);
    command.run(TestSpark.session(), config, out);
    return out.text();
  }

  /** A stream that remembers what was printed. */
  public static final class Printed extends PrintStream {
    private final ByteArrayOutputStream bytes;

    public Printed() {
      this(new ByteArrayOutputStream());
    }

    private Printed(ByteArrayOutputStream bytes) {
      super(bytes, true, StandardCharsets.UTF_8);
      this.bytes = bytes;
    }

    public String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
