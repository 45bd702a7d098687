package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.ParameterVector;

/** A tensor that takes two slices, between two small ones. */
class TensorRowsTest {
  private static final int LARGE = TensorRows.SLICE_ELEMENTS + 1000;
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(spec("first", 3), spec("large", LARGE / 8, 2, 4), spec("last", 2, 2)));

  @TempDir private static Path folder;
  private static ParameterVector vector;
  private static List<Group> rows;

  private static ParameterSpec spec(String name, long... sides) {
    return new ParameterSpec(name, new Shape(sides), new Uniform(1));
  }

  @BeforeAll
  static void writeAndRead() throws IOException {
    vector = CheckpointFixture.random(LAYOUT.size(), 3);
    Storage storage = new Storage(CheckpointFixture.HADOOP);
    var file = new org.apache.hadoop.fs.Path(folder.resolve("tensors.parquet").toString());
    storage.writeParquet(
        file,
        TensorRows.SCHEMA,
        CompressionCodecName.UNCOMPRESSED,
        writer -> TensorRows.write(writer, LAYOUT, "parameter", OptionalInt.empty(), vector));
    rows = new ArrayList<>();
    storage.readParquet(file, rows::add);
  }

  @AfterAll
  static void forget() {
    rows = null; // tens of megabytes
    vector = null;
  }

  private static TensorReader read(List<Group> some) {
    TensorReader reader = new TensorReader("there", LAYOUT);
    some.forEach(reader::read);
    return reader;
  }

  @Test
  void aLargeTensorIsCutIntoSlices() {
    assertThat(rows)
        .extracting(row -> row.getString("tensor", 0) + " " + row.getInteger("slice", 0))
        .containsExactly("first 0", "large 0", "large 1", "last 0");
    assertThat(rows.get(1).getBinary("values", 0).length()).isEqualTo(16 << 20);
    assertThat(rows.get(2).getBinary("values", 0).length()).isEqualTo(4 * 1000);
  }

  @Test
  void theRowsMakeTheVectorInAnyOrder() {
    assertThat(read(rows).required("parameter")).isEqualTo(vector);
    List<Group> backwards = new ArrayList<>(rows);
    Collections.reverse(backwards);
    assertThat(read(backwards).required("parameter")).isEqualTo(vector);
    assertThat(read(rows).vector("ema")).isEmpty();
  }

  @Test
  void aMissingSliceIsMissed() {
    TensorReader reader = read(List.of(rows.get(0), rows.get(1), rows.get(3)));
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> reader.required("parameter"))
        .withMessage(
            "there has %d of %d elements of kind parameter; it is damaged, use another checkpoint",
            LAYOUT.size() - 1000, LAYOUT.size());
  }

  @Test
  void aSliceBeyondItsTensorIsRefused() {
    for (int slice : new int[] {1, 2, -1, 1 << 10}) {
      Group moved = with(rows.get(3), slice);
      assertThatExceptionOfType(UserError.class)
          .isThrownBy(() -> read(List.of(moved)))
          .withMessage("tensor last of there is too long; it is damaged");
    }
  }

  private static Group with(Group row, int slice) {
    Group moved = new SimpleGroup(TensorRows.SCHEMA);
    moved.add("tensor", row.getString("tensor", 0));
    moved.add("kind", row.getString("kind", 0));
    moved.add("shape", row.getGroup("shape", 0));
    moved.add("slice", slice);
    moved.add("values", row.getBinary("values", 0));
    moved.add("crc32c", row.getLong("crc32c", 0));
    return moved;
  }
}
