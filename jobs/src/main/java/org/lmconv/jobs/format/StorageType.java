package org.lmconv.jobs.format;

import java.util.Arrays;
import java.util.Optional;

/** The element types of PyTorch's storages. */
enum StorageType {
  FLOAT("FloatStorage", 4),
  DOUBLE("DoubleStorage", 8),
  HALF("HalfStorage", 2),
  BFLOAT16("BFloat16Storage", 2),
  LONG("LongStorage", 8),
  INT("IntStorage", 4),
  SHORT("ShortStorage", 2),
  CHAR("CharStorage", 1),
  BYTE("ByteStorage", 1),
  BOOL("BoolStorage", 1);

  private final String python;
  private final int bytes;

  StorageType(String python, int bytes) {
    this.python = python;
    this.bytes = bytes;
  }

  /** Of an element. */
  int bytes() {
    return bytes;
  }

  /** The type of a class of the module torch. */
  static Optional<StorageType> of(String name) {
    return Arrays.stream(values()).filter(type -> type.python.equals(name)).findFirst();
  }

  @Override
  public String toString() {
    return "torch." + python;
  }
}
