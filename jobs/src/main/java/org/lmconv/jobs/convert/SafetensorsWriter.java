package org.lmconv.jobs.convert;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/** Writes {@link SafetensorsFile}s. One vector of parameters at a time is in memory. */
final class SafetensorsWriter {
  private static final int SLICE_ELEMENTS = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final ParameterLayout layout;
  private final List<Vectors> parts = new ArrayList<>();

  /** Reads vectors when their turn has come. */
  @FunctionalInterface
  interface Source {
    /** As many as there are prefixes. */
    List<ParameterVector> read() throws IOException;
  }

  private record Vectors(List<String> prefixes, Source source) {}

  SafetensorsWriter(ParameterLayout layout) {
    this.layout = layout;
  }

  /**
   * Adds vectors.
   *
   * @param prefixes of the names of their tensors, one for each
   */
  void add(List<String> prefixes, Source source) {
    parts.add(new Vectors(prefixes, source));
  }

  /** Number of tensors. */
  int tensors() {
    return layout.specs().size() * parts.stream().mapToInt(part -> part.prefixes().size()).sum();
  }

  void write(Map<String, String> metadata, OutputStream out) throws IOException {
    byte[] header = header(metadata);
    // Elements begin at a multiple of 8, so that readers may map them into memory.
    int padding = -header.length & 7;
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length + padding)
            .array());
    out.write(header);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (Vectors part : parts) {
      for (ParameterVector vector : part.source().read()) {
        write(vector, out);
      }
    }
  }

  private byte[] header(Map<String, String> metadata) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    metadata.forEach(header.putObject(SafetensorsFile.METADATA)::put);
    long position = 0;
    for (Vectors part : parts) {
      for (String prefix : part.prefixes()) {
        for (ParameterSpec spec : layout.specs()) {
          ObjectNode tensor = header.putObject(prefix + spec.name());
          tensor.put("dtype", SafetensorsFile.FLOAT);
          for (long side : spec.shape().getShape()) {
            tensor.withArray("shape").add(side);
          }
          long end = position + (long) Float.BYTES * spec.size();
          tensor.putArray("data_offsets").add(position).add(end);
          position = end;
        }
      }
    }
    return JSON.writeValueAsBytes(header);
  }

  private static void write(ParameterVector vector, OutputStream out) throws IOException {
    for (int from = 0; from < vector.size(); from += SLICE_ELEMENTS) {
      out.write(vector.littleEndian(from, Math.min(from + SLICE_ELEMENTS, vector.size())));
    }
  }
}
