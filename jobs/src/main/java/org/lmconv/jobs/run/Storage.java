package org.lmconv.jobs.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
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
import org.lmconv.jobs.base.UserError;

/**
 * Files on any file system that Hadoop knows. Every write goes to a hidden name first and is
 * renamed when it is complete, so that a file appears whole or not at all.
 */
public final class Storage {
  private static final int ROW_GROUP_BYTES = 64 << 20; // two of these are in memory at a time

  private final Configuration hadoop;

  Storage(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Writes what is to be in a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Gives the rows of a Parquet file, one at a time. */
  @FunctionalInterface
  interface Rows<R> {
    void writeTo(Sink<R> out) throws IOException;
  }

  @FunctionalInterface
  interface Sink<R> {
    void write(R row) throws IOException;
  }

  /**
   * A file that a user names.
   *
   * @param key that names it, for messages
   */
  public record WholeFile(Storage storage, String key, Path path) {
    /** A file to write in the place of one that may be there. */
    public static WholeFile over(Configuration hadoop, String key, String name) throws IOException {
      return new WholeFile(new Storage(hadoop), key, qualified(hadoop, name));
    }

    /**
     * A file to write.
     *
     * @throws UserError if it is there already
     */
    public static WholeFile at(Configuration hadoop, String key, String name) throws IOException {
      WholeFile file = over(hadoop, key, name);
      if (file.storage.exists(file.path)) {
        throw new UserError("%s=%s is there already; name a new file".formatted(key, name));
      }
      return file;
    }

    /**
     * Writes it.
     *
     * @throws UserError if it cannot be written
     */
    public Path write(Content content) throws IOException {
      try {
        storage.write(path, content);
        return path;
      } catch (IOException e) {
        throw new UserError(
            "%s=%s cannot be written: %s; name another file"
                .formatted(key, RunDirectory.location(path), e.getMessage()),
            e);
      } finally {
        storage.discard(hidden(path));
      }
    }
  }

  /** A path that says which file system it is on, and begins at its root. */
  static Path qualified(Configuration hadoop, String path) throws IOException {
    Path given = new Path(path);
    return given.getFileSystem(hadoop).makeQualified(given);
  }

  FileSystem files(Path path) throws IOException {
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

  /** Deletes what nobody looks at, if that can be done: what was wrong before is told. */
  void discard(Path hidden) {
    try {
      delete(hidden);
    } catch (IOException e) {
      return;
    }
  }

  /** Moves a complete file to where readers look for it, in the place of what is there. */
  void publish(Path from, Path to) throws IOException {
    // FileSystem.rename refuses a target that exists; deleting it first would leave a moment
    // without.
    FileContext.getFileContext(to.toUri(), hadoop).rename(from, to, Options.Rename.OVERWRITE);
  }

  /** A file or directory while it is written. */
  static Path hidden(Path path) {
    return new Path(path.getParent(), "." + path.getName() + ".writing");
  }

  void writeText(Path path, String text) throws IOException {
    write(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  void write(Path path, Content content) throws IOException {
    write(files(path), hidden(path), path, content);
  }

  /**
   * Writes a file for programs that take every file whose name has some part: no other file has it,
   * neither the hidden one that is written first nor the checksums that Hadoop keeps beside local
   * files.
   */
  void writeAlone(Path path, Content content) throws IOException {
    FileSystem files = files(path);
    FileSystem plain = files instanceof ChecksumFileSystem local ? local.getRawFileSystem() : files;
    write(plain, new Path(path.getParent(), ".writing"), path, content);
  }

  private void write(FileSystem files, Path hidden, Path path, Content content) throws IOException {
    try (OutputStream out = files.create(hidden, true)) {
      content.writeTo(out);
    }
    publish(hidden, path);
  }

  String readText(Path path) throws IOException {
    try (InputStream in = files(path).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  <R extends Record> void writeParquet(
      Path path, RunTable<R> table, CompressionCodecName codec, Rows<R> rows) throws IOException {
    Path hidden = hidden(path);
    delete(hidden);
    MessageType schema = table.message();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(hidden, hadoop))
            .withType(schema)
            .withCompressionCodec(codec)
            .withDictionaryEncoding(false)
            .withRowGroupSize((long) ROW_GROUP_BYTES)
            .build()) {
      rows.writeTo(row -> writer.write(table.group(schema, row)));
    }
    publish(hidden, path);
  }

  void readParquet(Path path, Consumer<Group> rows) throws IOException {
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).withConf(hadoop).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.accept(row);
      }
    }
  }
}
