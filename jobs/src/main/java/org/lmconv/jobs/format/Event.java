package org.lmconv.jobs.format;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Numbers of a step of a run, for TensorBoard: the message {@code Event} of TensorFlow's {@code
 * event.proto}, with a {@code Summary} of simple values.
 *
 * @param time when they were known
 * @param step on the horizontal axis
 * @param scalars by tag; what is before the first "/" of a tag is the group of its curve
 */
public record Event(Instant time, long step, Map<String, Double> scalars) {
  // Numbers of fields. Of Event:
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;

  // Of Summary, and its Value:
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  /** Writes a whole file of one event or more. */
  public static void writeFile(OutputStream out, List<Event> events) throws IOException {
    Fields version = fields -> fields.writeString(FILE_VERSION, "brain.Event:2");
    RecordFrame.write(out, events.get(0).message(version));
    for (Event event : events) {
      RecordFrame.write(out, event.message(event::writeFields));
    }
  }

  private byte[] message(Fields rest) throws IOException {
    return bytes(
        fields -> {
          fields.writeDouble(WALL_TIME, time.getEpochSecond() + time.getNano() / 1e9);
          rest.writeTo(fields);
        });
  }

  private void writeFields(CodedOutputStream out) throws IOException {
    out.writeInt64(STEP, step);
    out.writeByteArray(SUMMARY, bytes(this::writeScalars));
  }

  private void writeScalars(CodedOutputStream out) throws IOException {
    for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
      Fields value =
          fields -> {
            fields.writeString(TAG, scalar.getKey());
            fields.writeFloat(SIMPLE_VALUE, scalar.getValue().floatValue());
          };
      out.writeByteArray(VALUE, bytes(value));
    }
  }

  /** The fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] bytes(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }
}
