package org.lmconv.jobs.run;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/**
 * The tensors of a checkpoint: in files, cut into slices that any reader can hold; and put together
 * from slices in any order. What is amiss is a {@link UserError}.
 */
final class CheckpointTensors {
  static final RunTable<Slice> TABLE = new RunTable<>("checkpoint", Slice.class);

  /** 16 MB of float32. */
  static final int SLICE_ELEMENTS = 4 << 20;

  private final String where;
  private final ParameterLayout layout;
  private final Map<String, ParameterSpec> specs;
  private final Map<String, ParameterVector> vectors = new HashMap<>();
  private final Map<String, BitSet> filled = new HashMap<>();

  /**
   * @param where the checkpoint, for messages
   */
  CheckpointTensors(String where, ParameterLayout layout) {
    this.where = where;
    this.layout = layout;
    this.specs =
        layout.specs().stream().collect(Collectors.toMap(ParameterSpec::name, Function.identity()));
  }

  /**
   * A part of a tensor.
   *
   * @param kind parameter, or which of the vectors beside it
   * @param slice its number in the tensor
   * @param values float32, little endian
   * @param crc32c of them
   * @param worker whose it is, null if it is everybody's
   */
  record Slice(
      String tensor,
      String kind,
      long[] shape,
      int slice,
      byte[] values,
      long crc32c,
      Integer worker) {

    static Slice of(ParameterSpec spec, String kind, int slice, byte[] values, Integer worker) {
      return new Slice(
          spec.name(), kind, spec.shape().getShape(), slice, values, crc(values), worker);
    }

    static Slice of(Group row) {
      Group list = row.getGroup("shape", 0);
      return new Slice(
          row.getString("tensor", 0),
          row.getString("kind", 0),
          IntStream.range(0, list.getFieldRepetitionCount("list"))
              .mapToLong(side -> list.getGroup("list", side).getLong("element", 0))
              .toArray(),
          row.getInteger("slice", 0),
          row.getBinary("values", 0).getBytes(),
          row.getLong("crc32c", 0),
          null);
    }
  }

  /**
   * Writes a file.
   *
   * @param kinds vectors by what they are
   * @param worker whose they are, null if they are everybody's
   */
  static void write(
      Storage storage,
      Path file,
      ParameterLayout layout,
      Map<String, ParameterVector> kinds,
      Integer worker)
      throws IOException {
    CompressionCodecName noise = CompressionCodecName.UNCOMPRESSED; // which does not compress
    storage.writeParquet(
        file,
        TABLE,
        noise,
        out -> {
          for (Map.Entry<String, ParameterVector> kind : kinds.entrySet()) {
            for (ParameterSpec spec : layout.specs()) {
              int start = layout.offset(spec.name());
              int end = start + spec.size();
              for (int slice = 0; (long) slice * SLICE_ELEMENTS < spec.size(); slice++) {
                int from = start + slice * SLICE_ELEMENTS;
                int to = Math.min(from + SLICE_ELEMENTS, end);
                byte[] values = kind.getValue().littleEndian(from, to);
                out.write(Slice.of(spec, kind.getKey(), slice, values, worker));
              }
            }
          }
        });
  }

  private static long crc(byte[] values) {
    CRC32C crc = new CRC32C();
    crc.update(values);
    return crc.getValue();
  }

  /** Takes all of a file. */
  void addFile(Storage storage, Path part) throws IOException {
    requireThere(storage, part);
    try {
      storage.readParquet(part, row -> add(Slice.of(row)));
    } catch (UserError e) {
      throw e;
    } catch (IOException | RuntimeException e) { // Parquet throws both on damaged files
      throw new UserError(
          "%s cannot be read (%s); use another checkpoint".formatted(part, e.getMessage()), e);
    }
  }

  static void requireThere(Storage storage, Path part) throws IOException {
    if (!storage.exists(part)) {
      throw new UserError("%s is missing; use another checkpoint".formatted(part));
    }
  }

  void add(Slice slice) {
    String name = slice.tensor();
    ParameterSpec spec = specs.get(name);
    if (spec == null) {
      throw new UserError(
          "%s holds tensor %s, which its network does not have; it is damaged"
              .formatted(where, name));
    }
    requireWhole(slice, spec.shape().getShape());
    long from = (long) slice.slice() * SLICE_ELEMENTS;
    int elements = slice.values().length / Float.BYTES;
    if (from < 0 || from + elements > spec.size()) {
      throw new UserError("tensor %s of %s is too long; it is damaged".formatted(name, where));
    }
    int start = layout.offset(name) + (int) from;
    vectors
        .computeIfAbsent(slice.kind(), absent -> ParameterVector.zeros(layout.size()))
        .setLittleEndian(start, slice.values());
    filled.computeIfAbsent(slice.kind(), absent -> new BitSet()).set(start, start + elements);
  }

  private void requireWhole(Slice slice, long[] shape) {
    if (!Arrays.equals(slice.shape(), shape)) {
      throw new UserError(
          "tensor %s of %s has shape %s, its network has %s; it is damaged"
              .formatted(
                  slice.tensor(), where, Arrays.toString(slice.shape()), Arrays.toString(shape)));
    }
    long crc = crc(slice.values());
    if (crc != slice.crc32c()) {
      throw new UserError(
          "tensor %s of %s has checksum %08x instead of %08x; it is damaged, use another checkpoint"
              .formatted(slice.tensor(), where, crc, slice.crc32c()));
    }
  }

  /** All tensors of a kind, if there are any; some of them are too few. */
  Optional<ParameterVector> vector(String kind) {
    ParameterVector vector = vectors.get(kind);
    if (vector != null && filled.get(kind).cardinality() != layout.size()) {
      throw new UserError(
          "%s has %d of %d elements of kind %s; it is damaged, use another checkpoint"
              .formatted(where, filled.get(kind).cardinality(), layout.size(), kind));
    }
    return Optional.ofNullable(vector);
  }

  ParameterVector required(String kind) {
    String message =
        "%s has no tensors of kind %s; it is damaged, use another checkpoint"
            .formatted(where, kind);
    return vector(kind).orElseThrow(() -> new UserError(message));
  }
}
