package org.lmconv.model.tensor;

/** What convolutions and matrix products compute in. All else is float32. */
public enum Precision {
  /** 24 bits of precision. On GPUs it is libtorch that decides whether they round to TF32's 11. */
  FLOAT32(6),
  /** 8 bits of precision, sums in float32. */
  BFLOAT16(15);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** libtorch's number of the type. */
  int scalarType() {
    return scalarType;
  }
}
