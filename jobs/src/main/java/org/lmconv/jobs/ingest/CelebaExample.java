package org.lmconv.jobs.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.model.ImageShape;

/**
 * A {@code tf.train.Example} as Glow's authors published CelebA-HQ: features "shape" (int64 list:
 * rows, columns, channels), "data" (bytes: uint8, row-major [H, W, C]) and "label" (int64).
 *
 * <p>The messages are Example{features=1}, Features{map=1}, map entry{key=1, value=2}, and
 * Feature{bytes_list=1, int64_list=3}, each list{value=1}.
 */
final class CelebaExample {
  private static final int FIRST = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int SECOND = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int THIRD = 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int FIRST_NUMBER = 1 << 3 | WireFormat.WIRETYPE_VARINT;

  private final CodedInputStream in;
  private String key = ""; // of the feature that is read
  private final List<Long> shape = new ArrayList<>();
  private final List<Long> label = new ArrayList<>();
  private byte[] data = {};

  private CelebaExample(byte[] record) {
    in = CodedInputStream.newInstance(record);
  }

  /**
   * Parses a record.
   *
   * @throws BadFileException if it is no such example
   */
  static CelebaExample parse(byte[] record) throws IOException {
    CelebaExample example = new CelebaExample(record);
    try {
      example.fields(tag -> tag == FIRST && example.message(example::features));
    } catch (InvalidProtocolBufferException e) {
      throw new BadFileException("it is no tf.train.Example", e);
    }
    return example;
  }

  /** The first label; null if there is none. */
  Integer label() {
    return label.isEmpty() ? null : (Integer) label.get(0).intValue();
  }

  /**
   * The picture.
   *
   * @throws BadFileException if it is missing, or does not have its shape
   */
  Pixels pixels() throws BadFileException {
    // Double: a product of absurd sides must not overflow before it can be refused.
    double values = shape.stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
    boolean sides = shape.size() == 3 && shape.stream().allMatch(side -> side >= 1);
    if (!sides || values != data.length || shape.get(2) != 1 && shape.get(2) != 3) {
      throw new BadFileException(
          "it has %d bytes of data for the shape %s".formatted(data.length, shape));
    }
    int channels = shape.get(2).intValue();
    return new Pixels(
        new ImageShape(channels, shape.get(0).intValue(), shape.get(1).intValue()), data);
  }

  private boolean features(int tag) throws IOException {
    return tag == FIRST && message(this::entry);
  }

  private boolean entry(int tag) throws IOException {
    if (tag == FIRST) { // writers put the key before the value
      key = in.readString();
      return true;
    }
    return tag == SECOND && message(this::feature);
  }

  private boolean feature(int tag) throws IOException {
    if (tag == FIRST && key.equals("data")) {
      return message(this::bytes);
    }
    if (tag == THIRD && key.equals("shape")) {
      return message(value -> number(value, shape));
    }
    if (tag == THIRD && key.equals("label")) {
      return message(value -> number(value, label));
    }
    return false;
  }

  private boolean bytes(int tag) throws IOException {
    if (tag == FIRST) {
      data = in.readByteArray();
    }
    return tag == FIRST;
  }

  /** A value of an int64 list, or all of them, packed. */
  private boolean number(int tag, List<Long> numbers) throws IOException {
    if (tag == FIRST_NUMBER) {
      numbers.add(in.readInt64());
      return true;
    }
    if (tag != FIRST) {
      return false;
    }
    int outer = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      numbers.add(in.readInt64());
    }
    in.popLimit(outer);
    return true;
  }

  /** Reads the field that a tag begins; false if it is none that matters. */
  @FunctionalInterface
  private interface Field {
    boolean read(int tag) throws IOException;
  }

  private void fields(Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(tag)) {
        in.skipField(tag);
      }
    }
  }

  private boolean message(Field field) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    fields(field);
    in.popLimit(outer);
    return true;
  }
}
