package org.lmconv.jobs.format;

import java.util.Arrays;
import java.util.Optional;

/** What a pickle may call, beside making storages: all that checkpoints of LMConv have. */
enum Known {
  ORDERED_DICT("collections.OrderedDict"),
  TENSOR("torch._utils._rebuild_tensor_v2"),
  PARAMETER("torch._utils._rebuild_parameter"),
  SCALAR("numpy.core.multiarray.scalar"),
  SCALAR_OF_NUMPY_2("numpy._core.multiarray.scalar"),
  DTYPE("numpy.dtype"),
  /** Protocol 2 has no bytes: they are texts, encoded as latin-1. */
  ENCODE("_codecs.encode");

  private final String name;

  Known(String name) {
    this.name = name;
  }

  static Optional<Known> of(String name) {
    return Arrays.stream(values()).filter(known -> known.name.equals(name)).findFirst();
  }

  @Override
  public String toString() {
    return name;
  }
}
