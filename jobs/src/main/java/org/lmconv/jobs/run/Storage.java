package org.lmconv.jobs.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;

/** Files of a run. Every write goes to a hidden name first and is renamed when it is complete. */
final class Storage {
  private static final int ROW_GROUP_BYTES = 64 << 20; // two of these are in memory at a time

  private final Configuration hadoop;

  Storage(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Writes the rows of a Parquet file, one at a time. */
  @FunctionalInterface
  interface Rows {
    void writeTo(ParquetWriter<Group> writer) throws IOException;
  }

  /** Takes the rows of a Parquet file, one at a time. */
  @FunctionalInterface
  interface RowReader {
    void read(Group row);
  }

  private FileSystem files(Path path) throws IOException {
    return path.getFileSystem(hadoop);
  }

  boolean exists(Path path) throws IOException {
    return files(path).exists(path);
  }

  /** What lies directly in a directory, by name; nothing if there is no such directory. */
  List<Path> list(Path directory) throws IOException {
    try {
      return Arrays.stream(files(directory).listStatus(directory))
          .map(FileStatus::getPath)
          .sorted(Comparator.comparing(Path::getName))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  void delete(Path path) throws IOException {
    files(path).delete(path, true);
  }

  /** Moves a complete file to where readers look for it, in the place of what is there. */
  private void publish(Path from, Path to) throws IOException {
    // FileSystem.rename refuses a target that exists; deleting it first would leave a moment
    // without.
    FileContext.getFileContext(to.toUri(), hadoop).rename(from, to, Options.Rename.OVERWRITE);
  }

  /** Where a file is while it is written. */
  static Path hidden(Path path) {
    return new Path(path.getParent(), "." + path.getName() + ".writing");
  }

  void writeText(Path path, String text) throws IOException {
    write(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  void write(Path path, WholeFile.Content content) throws IOException {
    Path hidden = hidden(path);
    try (OutputStream out = files(path).create(hidden, true)) {
      content.writeTo(out);
    }
    publish(hidden, path);
  }

  /**
   * Writes a file for programs that take every file whose name has some part: no other file has it,
   * neither the hidden one that is written first nor the checksums that Hadoop keeps beside local
   * files.
   */
  void writeAlone(Path path, WholeFile.Content content) throws IOException {
    FileSystem files = files(path);
    Path hidden = new Path(path.getParent(), ".writing");
    FileSystem plain = files instanceof ChecksumFileSystem local ? local.getRawFileSystem() : files;
    try (OutputStream out = plain.create(hidden, true)) {
      content.writeTo(out);
    }
    publish(hidden, path);
  }

  String readText(Path path) throws IOException {
    try (InputStream in = files(path).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  void writeParquet(Path path, MessageType schema, CompressionCodecName codec, Rows rows)
      throws IOException {
    Path hidden = hidden(path);
    files(hidden).delete(hidden, false);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(hidden, hadoop))
            .withType(schema)
            .withCompressionCodec(codec)
            .withDictionaryEncoding(false)
            .withRowGroupSize((long) ROW_GROUP_BYTES)
            .build()) {
      rows.writeTo(writer);
    }
    publish(hidden, path);
  }

  void readParquet(Path path, RowReader rows) throws IOException {
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).withConf(hadoop).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.read(row);
      }
    }
  }
}
