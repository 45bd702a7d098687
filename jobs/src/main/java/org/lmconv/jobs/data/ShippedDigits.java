package org.lmconv.jobs.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * The part of MNIST that ships in the jar: 10,000 training and 2,000 test digits, 28x28x1.
 *
 * <p>Each task reads one file from its own class path. So nothing travels from the driver and no
 * shared directory is needed, wherever the executors are: they have the jar.
 */
final class ShippedDigits {
  static final String NAME = "digits";

  private static final List<String> PARTS =
      List.of("part-00000.parquet", "part-00001.parquet", "part-00002.parquet");

  private ShippedDigits() {}

  /** The digits, columns as in {@link ImagesTable#schema}. */
  static Dataset<Row> read(SparkSession spark) {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(PARTS, PARTS.size())
            .flatMap(part -> readPart(part).iterator());
    return spark.createDataFrame(rows, ImagesTable.schema());
  }

  private static List<Row> readPart(String part) throws IOException {
    List<Row> rows = new ArrayList<>();
    java.nio.file.Path copy = Files.createTempFile("lmconv-digits-", ".parquet");
    // Parquet is read from its end, which a stream out of a jar cannot do.
    try (InputStream resource = ShippedDigits.class.getResourceAsStream("/digits/" + part)) {
      Objects.requireNonNull(resource, part);
      Files.copy(resource, copy, StandardCopyOption.REPLACE_EXISTING);
      try (ParquetReader<Group> reader =
          ParquetReader.builder(new GroupReadSupport(), new Path(copy.toUri())).build()) {
        for (Group row = reader.read(); row != null; row = reader.read()) {
          rows.add(row(row));
        }
      }
    } finally {
      Files.delete(copy);
    }
    return rows;
  }

  private static Row row(Group digit) {
    return RowFactory.create(
        digit.getString("image_id", 0),
        digit.getString("split", 0),
        digit.getInteger("label", 0),
        digit.getInteger("height", 0),
        digit.getInteger("width", 0),
        digit.getInteger("channels", 0),
        digit.getBinary("pixels", 0).getBytes());
  }
}
