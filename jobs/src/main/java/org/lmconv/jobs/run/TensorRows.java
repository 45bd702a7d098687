package org.lmconv.jobs.run;

import java.io.IOException;
import java.util.OptionalInt;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/** The rows of a checkpoint: tensors, cut into slices that any reader can hold. */
final class TensorRows {
  static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message checkpoint {
            required binary tensor (STRING);
            required binary kind (STRING);
            required group shape (LIST) {
              repeated group list {
                required int64 element;
              }
            }
            required int32 slice;
            required binary values;
            required int64 crc32c;
            optional int32 worker;
          }
          """);

  /** 16 MB of float32. */
  static final int SLICE_ELEMENTS = 4 << 20;

  private TensorRows() {}

  /**
   * Writes all tensors of one kind.
   *
   * @param worker whose they are; empty if they are everybody's
   */
  static void write(
      ParquetWriter<Group> writer,
      ParameterLayout layout,
      String kind,
      OptionalInt worker,
      ParameterVector vector)
      throws IOException {
    for (ParameterSpec spec : layout.specs()) {
      int offset = layout.offset(spec.name());
      for (int from = 0, slice = 0; from < spec.size(); from += SLICE_ELEMENTS, slice++) {
        int to = Math.min(from + SLICE_ELEMENTS, spec.size());
        Group row = row(spec, kind, slice, vector, offset + from, offset + to);
        worker.ifPresent(whose -> row.add("worker", whose));
        writer.write(row);
      }
    }
  }

  private static Group row(
      ParameterSpec spec, String kind, int slice, ParameterVector vector, int from, int to) {
    Group row = new SimpleGroup(SCHEMA);
    row.add("tensor", spec.name());
    row.add("kind", kind);
    Group shape = row.addGroup("shape");
    for (long side : spec.shape().getShape()) {
      shape.addGroup("list").add("element", side);
    }
    row.add("slice", slice);
    row.add("values", Binary.fromConstantByteArray(vector.littleEndian(from, to)));
    row.add("crc32c", Integer.toUnsignedLong(vector.crc32c(from, to)));
    return row;
  }
}
