package org.lmconv.jobs.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.io.LocalInputFile;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
    Path copy = Files.createTempFile("lmconv-digits-", ".parquet");
    // Parquet is read from its end, which a stream out of a jar cannot do.
    try (InputStream resource = ShippedDigits.class.getResourceAsStream("/digits/" + part)) {
      Objects.requireNonNull(resource, part);
      Files.copy(resource, copy, StandardCopyOption.REPLACE_EXISTING);
      return ParquetImages.read(new LocalInputFile(copy));
    } finally {
      Files.delete(copy);
    }
  }
}
