package org.lmconv.jobs.run;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.apache.parquet.example.data.Group;
import org.lmconv.jobs.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/** Puts the rows of a checkpoint together, in any order, and checks that nothing is amiss. */
final class TensorReader {
  private final String where;
  private final ParameterLayout layout;
  private final Map<String, ParameterSpec> specs;
  private final Map<String, ParameterVector> vectors = new HashMap<>();
  private final Map<String, BitSet> filled = new HashMap<>();

  /**
   * @param where the checkpoint, for messages
   */
  TensorReader(String where, ParameterLayout layout) {
    this.where = where;
    this.layout = layout;
    this.specs =
        layout.specs().stream().collect(Collectors.toMap(ParameterSpec::name, Function.identity()));
  }

  /**
   * Takes a row.
   *
   * @throws UserError if its tensor is not one of the network's, or its bytes are damaged
   */
  void read(Group row) {
    String name = row.getString("tensor", 0);
    ParameterSpec spec = specs.get(name);
    if (spec == null) {
      throw new UserError(
          "%s holds tensor %s, which its network does not have; it is damaged"
              .formatted(where, name));
    }
    requireShape(spec, row.getGroup("shape", 0));
    byte[] bytes = row.getBinary("values", 0).getBytes();
    requireIntact(name, bytes, row.getLong("crc32c", 0));
    long from = (long) row.getInteger("slice", 0) * TensorRows.SLICE_ELEMENTS;
    int elements = bytes.length / Float.BYTES;
    if (from < 0 || from + elements > spec.size()) {
      throw new UserError("tensor %s of %s is too long; it is damaged".formatted(name, where));
    }
    String kind = row.getString("kind", 0);
    int start = layout.offset(name) + (int) from;
    vectors
        .computeIfAbsent(kind, absent -> ParameterVector.zeros(layout.size()))
        .setLittleEndian(start, bytes);
    filled.computeIfAbsent(kind, absent -> new BitSet()).set(start, start + elements);
  }

  private void requireShape(ParameterSpec spec, Group list) {
    int sides = list.getFieldRepetitionCount("list");
    long[] shape = new long[sides];
    for (int i = 0; i < sides; i++) {
      shape[i] = list.getGroup("list", i).getLong("element", 0);
    }
    if (!Arrays.equals(shape, spec.shape().getShape())) {
      throw new UserError(
          "tensor %s of %s has shape %s, its network has %s; it is damaged"
              .formatted(
                  spec.name(),
                  where,
                  Arrays.toString(shape),
                  Arrays.toString(spec.shape().getShape())));
    }
  }

  private void requireIntact(String name, byte[] bytes, long expected) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    if (crc.getValue() != expected) {
      throw new UserError(
          "tensor %s of %s has checksum %08x instead of %08x; it is damaged, use another checkpoint"
              .formatted(name, where, crc.getValue(), expected));
    }
  }

  /**
   * All tensors of a kind, if there are any.
   *
   * @throws UserError if some are missing or not whole
   */
  Optional<ParameterVector> vector(String kind) {
    ParameterVector vector = vectors.get(kind);
    if (vector != null && filled.get(kind).cardinality() != layout.size()) {
      throw new UserError(
          "%s has %d of %d elements of kind %s; it is damaged, use another checkpoint"
              .formatted(where, filled.get(kind).cardinality(), layout.size(), kind));
    }
    return Optional.ofNullable(vector);
  }

  /**
   * All tensors of a kind.
   *
   * @throws UserError if any are missing
   */
  ParameterVector required(String kind) {
    return vector(kind)
        .orElseThrow(
            () ->
                new UserError(
                    "%s has no tensors of kind %s; it is damaged, use another checkpoint"
                        .formatted(where, kind)));
  }
}
