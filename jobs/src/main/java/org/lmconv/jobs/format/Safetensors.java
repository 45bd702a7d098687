package org.lmconv.jobs.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/**
 * A file in the format safetensors: the length of the header, 8 bytes little endian; the header, in
 * JSON, {@code {"__metadata__": {...}, NAME: {"dtype", "shape", "data_offsets"}, ...}}; the
 * elements, float32.
 */
public final class Safetensors implements Closeable {
  private static final String METADATA = "__metadata__";
  private static final String FLOAT = "F32";
  private static final long LONGEST_HEADER = 100_000_000; // as in the reader of Hugging Face

  private static final int SLICE_ELEMENTS = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final RandomAccessFile in;
  private final String file;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Map<String, Long> places = new LinkedHashMap<>(); // in bytes

  private Safetensors(RandomAccessFile in, String file) {
    this.in = in;
    this.file = file;
  }

  /**
   * Vectors of parameters that are written together.
   *
   * @param prefixes of the names of their tensors, one for each vector
   * @param source reads them when their turn has come, so that not all are in memory
   */
  public record Part(List<String> prefixes, Source source) {
    @FunctionalInterface
    public interface Source {
      List<ParameterVector> read() throws IOException;
    }
  }

  /** Writes a file. */
  public static void write(
      OutputStream out, Map<String, String> metadata, ParameterLayout layout, List<Part> parts)
      throws IOException {
    byte[] header = JSON.writeValueAsBytes(header(metadata, layout, parts));
    int padding = -header.length & 7; // readers may map elements into memory that begin at 8s
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length + padding).array());
    out.write(header);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (Part part : parts) {
      for (ParameterVector vector : part.source().read()) {
        for (int from = 0; from < vector.size(); from += SLICE_ELEMENTS) {
          out.write(vector.littleEndian(from, Math.min(from + SLICE_ELEMENTS, vector.size())));
        }
      }
    }
  }

  private static ObjectNode header(
      Map<String, String> metadata, ParameterLayout layout, List<Part> parts) {
    ObjectNode header = JSON.createObjectNode();
    metadata.forEach(header.putObject(METADATA)::put);
    long position = 0;
    for (String prefix : parts.stream().flatMap(part -> part.prefixes().stream()).toList()) {
      for (ParameterSpec spec : layout.specs()) {
        long end = position + (long) Float.BYTES * spec.size();
        header
            .putObject(prefix + spec.name())
            .put("dtype", FLOAT)
            .putPOJO("shape", spec.shape().getShape())
            .putPOJO("data_offsets", new long[] {position, end});
        position = end;
      }
    }
    return header;
  }

  /** Whether a file begins like one. */
  public static boolean isOne(Path path) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
      long length = in.length() > Long.BYTES ? Long.reverseBytes(in.readLong()) : 0;
      return length > 0 && length <= LONGEST_HEADER && in.read() == '{';
    }
  }

  /**
   * Reads the header.
   *
   * @param file its name, for messages
   * @throws UserError if it is damaged, cut off, or has tensors that are not float32
   */
  public static Safetensors open(Path path, String file) throws IOException {
    RandomAccessFile in = new RandomAccessFile(path.toFile(), "r");
    try {
      Safetensors opened = new Safetensors(in, file);
      opened.readHeader();
      return opened;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private void readHeader() throws IOException {
    long length = bytes(0, Long.BYTES).getLong();
    if (length > in.length() - Long.BYTES) {
      throw cutOff();
    }
    JsonNode header;
    try {
      header = JSON.readTree(bytes(Long.BYTES, Math.toIntExact(length)).array());
    } catch (JsonProcessingException e) {
      throw damaged("a header that is no JSON");
    }
    TreeMap<Long, Long> ends = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals(METADATA)) {
        entry.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        addTensor(entry.getKey(), entry.getValue(), Long.BYTES + length, ends);
      }
    }
    requireNoGaps(ends, in.length() - Long.BYTES - length);
  }

  private void addTensor(String name, JsonNode tensor, long start, Map<Long, Long> ends) {
    String type = tensor.path("dtype").asText();
    if (!type.equals(FLOAT)) {
      throw new UserError("tensor %s of %s is %s; save it as F32".formatted(name, file, type));
    }
    List<Long> shape = new ArrayList<>();
    tensor.path("shape").forEach(side -> shape.add(side.asLong(-1)));
    long begin = tensor.path("data_offsets").path(0).asLong(-1);
    long end = tensor.path("data_offsets").path(1).asLong(-1);
    if (shape.stream().anyMatch(side -> side < 1)
        || begin < 0
        || end - begin != size(name, shape)) {
      throw damaged("tensor %s from %d to %d in shape %s".formatted(name, begin, end, shape));
    }
    shapes.put(name, List.copyOf(shape));
    places.put(name, start + begin);
    if (ends.put(begin, end) != null) {
      throw damaged("two tensors at %d".formatted(begin));
    }
  }

  /** In bytes. */
  private int size(String name, List<Long> shape) {
    try {
      return Math.toIntExact(shape.stream().reduce((long) Float.BYTES, Math::multiplyExact));
    } catch (ArithmeticException e) {
      throw damaged("tensor %s in shape %s, which is too large".formatted(name, shape));
    }
  }

  private void requireNoGaps(TreeMap<Long, Long> ends, long length) throws IOException {
    long position = 0;
    for (Map.Entry<Long, Long> tensor : ends.entrySet()) {
      if (tensor.getKey() != position) {
        throw damaged("tensors that do not follow on each other at " + position);
      }
      position = tensor.getValue();
    }
    if (position > length) {
      throw cutOff();
    }
    if (position < length) {
      throw damaged("%d bytes at its end that are of no tensor".formatted(length - position));
    }
  }

  private UserError damaged(String what) {
    return new UserError("%s is damaged: it has %s; export it again".formatted(file, what));
  }

  private UserError cutOff() throws IOException {
    return new UserError(
        "%s is cut off: it ends after %d bytes; export or fetch it again"
            .formatted(file, in.length()));
  }

  private ByteBuffer bytes(long position, int count) throws IOException {
    byte[] bytes = new byte[count];
    try {
      in.seek(position);
      in.readFully(bytes);
    } catch (EOFException e) {
      throw cutOff();
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What its writer noted. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The tensors whose names begin in a way.
   *
   * @param prefix is left out of their names
   * @param others prefixes that their names do not have
   */
  public NamedTensors tensors(String prefix, List<String> others) {
    Map<String, List<Long>> found = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          if (name.startsWith(prefix) && others.stream().noneMatch(name::startsWith)) {
            found.put(name.substring(prefix.length()), shape);
          }
        });
    String where = prefix.isEmpty() ? file : "%s, tensors %s*,".formatted(file, prefix);
    return new NamedTensors(where, found, name -> read(prefix + name));
  }

  private float[] read(String name) throws IOException {
    int bytes = size(name, shapes.get(name));
    float[] values = new float[bytes / Float.BYTES];
    bytes(places.get(name), bytes).asFloatBuffer().get(values);
    return values;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
