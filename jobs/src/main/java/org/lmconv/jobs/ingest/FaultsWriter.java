package org.lmconv.jobs.ingest;

import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes a part file of the table of errors, if there are any. */
final class FaultsWriter implements Closeable {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message errors {
            required binary file (STRING);
            required binary reason (STRING);
            required int64 images;
          }
          """);

  private final Path path;
  private final Configuration configuration;
  private ParquetWriter<Group> writer;

  FaultsWriter(Path path, Configuration configuration) {
    this.path = path;
    this.configuration = configuration;
  }

  void write(String file, String reason, long images) throws IOException {
    if (writer == null) {
      writer =
          ExampleParquetWriter.builder(HadoopOutputFile.fromPath(path, configuration))
              .withType(SCHEMA)
              .withCompressionCodec(CompressionCodecName.ZSTD)
              .build();
    }
    Group row = new SimpleGroup(SCHEMA);
    row.add("file", file);
    row.add("reason", reason);
    row.add("images", images);
    writer.write(row);
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
