package org.lmconv.jobs.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.lmconv.jobs.UserError;

/**
 * The file of the rows, one JSON object per line, each written when it is known.
 *
 * @param path as the user named it
 */
record RowFile(Path path, BufferedWriter writer) implements AutoCloseable {

  /**
   * Opens it, in place of an older one.
   *
   * @throws UserError if it cannot be written
   */
  static RowFile create(String name) {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        throw new UserError("out=" + name + " is a folder; name a file such as bench.jsonl in it");
      }
      return new RowFile(path, Files.newBufferedWriter(path, UTF_8));
    } catch (IOException | InvalidPathException e) {
      throw new UserError(
          "out=%s cannot be written; name a file in a folder that is there".formatted(name), e);
    }
  }

  void write(ObjectNode row) throws IOException {
    writer.write(Json.line(row) + "\n");
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
