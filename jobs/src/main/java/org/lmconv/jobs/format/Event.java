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
  private static final String VERSION = "brain.Event:2";

  // Numbers of fields. Event:
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  // Summary, and its Value:
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  /**
   * Writes a whole file.
   *
   * @param events at least one
   */
  public static void writeFile(OutputStream out, List<Event> events) throws IOException {
    Instant first = events.get(0).time();
    RecordFrame.write(
        out,
        message(
            version -> {
              version.writeDouble(WALL_TIME, seconds(first));
              version.writeString(FILE_VERSION, VERSION);
            }));
    for (Event event : events) {
      RecordFrame.write(out, message(event::writeTo));
    }
  }

  private void writeTo(CodedOutputStream out) throws IOException {
    out.writeDouble(WALL_TIME, seconds(time));
    out.writeInt64(STEP, step);
    out.writeByteArray(SUMMARY, message(this::writeScalars));
  }

  private void writeScalars(CodedOutputStream out) throws IOException {
    for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
      out.writeByteArray(
          VALUE,
          message(
              value -> {
                value.writeString(TAG, scalar.getKey());
                value.writeFloat(SIMPLE_VALUE, scalar.getValue().floatValue());
              }));
    }
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  /** The fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }
}
