package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.run.CheckpointTensors.Slice;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.ParameterVector;

/** A tensor that takes two slices, between two small ones. */
class CheckpointTensorsTest {
  private static final int LARGE = CheckpointTensors.SLICE_ELEMENTS + 1000;
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(spec("first", 3), spec("large", LARGE / 8, 2, 4), spec("last", 2, 2)));

  @TempDir private static Path folder;
  private static ParameterVector vector;
  private static List<Slice> slices;

  private static ParameterSpec spec(String name, long... sides) {
    return new ParameterSpec(name, new Shape(sides), new Uniform(1));
  }

  @BeforeAll
  static void writeAndRead() throws IOException {
    vector = CheckpointFixture.random(LAYOUT.size(), 3);
    Storage storage = new Storage(CheckpointFixture.HADOOP);
    var file = new org.apache.hadoop.fs.Path(folder.resolve("tensors.parquet").toString());
    CheckpointTensors.write(storage, file, LAYOUT, Map.of("parameter", vector), null);
    slices = new ArrayList<>();
    storage.readParquet(file, row -> slices.add(Slice.of(row)));
  }

  @AfterAll
  static void forget() {
    slices = null; // tens of megabytes
    vector = null;
  }

  private static CheckpointTensors read(List<Slice> some) {
    CheckpointTensors tensors = new CheckpointTensors("there", LAYOUT);
    some.forEach(tensors::add);
    return tensors;
  }

  @Test
  void aLargeTensorIsCutIntoSlices() {
    assertThat(slices)
        .extracting(slice -> slice.tensor() + " " + slice.slice())
        .containsExactly("first 0", "large 0", "large 1", "last 0");
    assertThat(slices.get(1).values()).hasSize(16 << 20);
    assertThat(slices.get(2).values()).hasSize(4 * 1000);
  }

  @Test
  void theSlicesMakeTheVectorInAnyOrder() {
    assertThat(read(slices).required("parameter")).isEqualTo(vector);
    List<Slice> backwards = new ArrayList<>(slices);
    Collections.reverse(backwards);
    assertThat(read(backwards).required("parameter")).isEqualTo(vector);
    assertThat(read(slices).vector("ema")).isEmpty();
  }

  @Test
  void aMissingSliceIsMissed() {
    CheckpointTensors tensors = read(List.of(slices.get(0), slices.get(1), slices.get(3)));
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> tensors.required("parameter"))
        .withMessage(
            "there has %d of %d elements of kind parameter; it is damaged, use another checkpoint",
            LAYOUT.size() - 1000, LAYOUT.size());
  }

  @Test
  void aSliceBeyondItsTensorIsRefused() {
    Slice last = slices.get(3);
    for (int slice : new int[] {1, 2, -1, 1 << 10}) {
      Slice moved =
          new Slice("last", last.kind(), last.shape(), slice, last.values(), last.crc32c(), null);
      assertThatExceptionOfType(UserError.class)
          .isThrownBy(() -> read(List.of(moved)))
          .withMessage("tensor last of there is too long; it is damaged");
    }
  }
}
