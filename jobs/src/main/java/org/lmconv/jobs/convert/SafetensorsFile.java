package org.lmconv.jobs.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lmconv.jobs.UserError;

/**
 * A file in the format safetensors: the length of the header, 8 bytes little endian; the header, in
 * JSON, {@code {"__metadata__": {...}, NAME: {"dtype", "shape", "data_offsets"}, ...}}; the
 * elements.
 */
final class SafetensorsFile implements Closeable {
  static final String METADATA = "__metadata__";
  static final String FLOAT = "F32";

  /** As in the reader of Hugging Face. */
  private static final long LONGEST_HEADER = 100_000_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final FileChannel channel;
  private final String file;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Map<String, Long> places = new LinkedHashMap<>(); // in bytes

  private SafetensorsFile(FileChannel channel, String file) {
    this.channel = channel;
    this.file = file;
  }

  /** Whether a file begins like one. */
  static boolean isOne(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer start = ByteBuffer.allocate(Long.BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(start, 0);
      return !start.hasRemaining()
          && start.get(Long.BYTES) == '{'
          && start.getLong(0) > 0
          && start.getLong(0) <= LONGEST_HEADER;
    }
  }

  /**
   * Reads the header.
   *
   * @param file its name, for messages
   * @throws UserError if it is damaged, cut off, or has tensors that are not float32
   */
  static SafetensorsFile open(Path path, String file) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      SafetensorsFile opened = new SafetensorsFile(channel, file);
      opened.readHeader();
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void readHeader() throws IOException {
    long length = bytes(0, Long.BYTES).getLong();
    if (length > channel.size() - Long.BYTES) {
      throw cutOff();
    }
    JsonNode header;
    try {
      header = JSON.readTree(bytes(Long.BYTES, (int) length).array());
    } catch (JsonProcessingException e) {
      throw damaged("a header that is no JSON");
    }
    header
        .path(METADATA)
        .properties()
        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
    TreeMap<Long, Long> ends = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!entry.getKey().equals(METADATA)) {
        addTensor(entry.getKey(), entry.getValue(), Long.BYTES + length, ends);
      }
    }
    requireNoGaps(ends, channel.size() - Long.BYTES - length);
  }

  private void addTensor(String name, JsonNode tensor, long start, Map<Long, Long> ends) {
    if (!tensor.path("dtype").asText().equals(FLOAT)) {
      throw new UserError(
          "tensor %s of %s is %s; save it as F32"
              .formatted(name, file, tensor.path("dtype").asText()));
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
  private long size(String name, List<Long> shape) {
    try {
      long size = shape.stream().reduce((long) Float.BYTES, Math::multiplyExact);
      return (long) Math.toIntExact(size);
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
            .formatted(file, channel.size()));
  }

  private ByteBuffer bytes(long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw cutOff();
      }
    }
    return bytes.flip();
  }

  /** What its writer noted. */
  Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The tensors whose names begin in a way.
   *
   * @param prefix is left out of their names; empty for all names without any of the others
   * @param others prefixes
   */
  NamedTensors tensors(String prefix, List<String> others) {
    Map<String, List<Long>> found = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          if (prefix.isEmpty()
              ? others.stream().noneMatch(name::startsWith)
              : name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), shape);
          }
        });
    String where = prefix.isEmpty() ? file : "%s, tensors %s*,".formatted(file, prefix);
    return new NamedTensors(where, found, name -> read(prefix + name));
  }

  private float[] read(String name) throws IOException {
    int elements = Math.toIntExact(shapes.get(name).stream().reduce(1L, Math::multiplyExact));
    float[] values = new float[elements];
    bytes(places.get(name), elements * Float.BYTES).asFloatBuffer().get(values);
    return values;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
