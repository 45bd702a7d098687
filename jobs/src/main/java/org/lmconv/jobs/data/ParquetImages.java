package org.lmconv.jobs.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.lmconv.model.ImageShape;

/** Single Parquet files of the images table, read and written without a Spark job. */
final class ParquetImages {
  private static final long ROW_GROUP_BYTES = 16L << 20; // a writer has so much in memory

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message images {
            required binary image_id (STRING);
            required binary split (STRING);
            optional int32 label;
            required int32 height;
            required int32 width;
            required int32 channels;
            required binary pixels;
          }
          """);

  private ParquetImages() {}

  /** A writer of one file; the file is complete once it is closed. */
  static ParquetWriter<Group> writer(OutputFile file) throws IOException {
    return ExampleParquetWriter.builder(file)
        .withType(SCHEMA)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize(ROW_GROUP_BYTES)
        // No two images are alike, and their smallest and largest bytes tell nothing.
        .withDictionaryEncoding("pixels", false)
        .withStatisticsEnabled("pixels", false)
        .build();
  }

  /** The row of {@code image}. */
  static Group group(Image image, ImageShape shape) {
    Group group = new SimpleGroup(SCHEMA);
    group.add("image_id", image.id());
    group.add("split", image.split());
    if (image.label() != null) {
      group.add("label", image.label());
    }
    group.add("height", shape.height());
    group.add("width", shape.width());
    group.add("channels", shape.channels());
    group.add("pixels", Binary.fromConstantByteArray(image.pixels()));
    return group;
  }

  /** All rows of a file, in its order, columns as in {@link ImagesTable#schema}. */
  static List<Row> read(InputFile file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (ParquetReader<Group> reader = new Reader(file).build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        rows.add(row(group));
      }
    }
    return rows;
  }

  private static Row row(Group group) {
    boolean labelled = group.getFieldRepetitionCount("label") > 0;
    return RowFactory.create(
        group.getString("image_id", 0),
        group.getString("split", 0),
        labelled ? group.getInteger("label", 0) : null,
        group.getInteger("height", 0),
        group.getInteger("width", 0),
        group.getInteger("channels", 0),
        group.getBinary("pixels", 0).getBytes());
  }

  private static final class Reader extends ParquetReader.Builder<Group> {
    Reader(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
