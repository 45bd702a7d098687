package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;

/** Each message names what is damaged. */
class DamagedCheckpointTest {
  private static final ParameterLayout LAYOUT = CheckpointFixture.layout();
  private static final TrainingState STATE = CheckpointFixture.state(7, LAYOUT.size(), true);
  private static final String PARAMETERS = "part-00000-parameter.parquet";

  @TempDir private Path folder;
  private CheckpointFixture run;
  private Path checkpoint;

  @BeforeEach
  void writeCheckpoint() throws IOException {
    run = new CheckpointFixture(folder);
    checkpoint = run.write(STATE);
  }

  private void refuses(String... parts) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> CheckpointFixture.read(checkpoint))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  /** Flips a bit in the middle of a tensor's values. */
  private static void flipBit(Path file, ParameterSpec spec) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int offset = LAYOUT.offset(spec.name());
    byte[] values = STATE.parameters().littleEndian(offset, offset + spec.size());
    int start = 0;
    while (!Arrays.equals(bytes, start, start + values.length, values, 0, values.length)) {
      start++;
    }
    bytes[start + values.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aFlippedBitIsFoundByTheChecksumOfItsTensor() throws IOException {
    Path part = CheckpointFixture.part(checkpoint, PARAMETERS);
    for (ParameterSpec spec : List.of(LAYOUT.specs().get(0), LAYOUT.specs().get(11))) {
      byte[] whole = Files.readAllBytes(part);
      flipBit(part, spec);
      refuses("tensor " + spec.name() + " of ", "round=000007 has checksum ", "it is damaged");
      Files.write(part, whole);
    }
    assertThat(CheckpointFixture.read(checkpoint).state()).isEqualTo(STATE);
  }

  @Test
  void aFlippedBitIsFoundByTheFileSystemsOwnChecksums() throws IOException {
    flipBit(checkpoint.resolve(PARAMETERS), LAYOUT.specs().get(0));
    refuses(PARAMETERS + " cannot be read (Checksum error", "; use another checkpoint");
  }

  @Test
  void aFileThatIsCutOffIsNamed() throws IOException {
    Path part = CheckpointFixture.part(checkpoint, "part-00002-adam_v.parquet");
    byte[] bytes = Files.readAllBytes(part);
    Files.write(part, Arrays.copyOf(bytes, bytes.length * 2 / 3));
    refuses("part-00002-adam_v.parquet cannot be read (", "; use another checkpoint");
    Files.write(part, new byte[0]);
    refuses("part-00002-adam_v.parquet cannot be read (");
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(checkpoint.resolve("part-00001-adam_m.parquet"));
    refuses("part-00001-adam_m.parquet is missing; use another checkpoint");
  }

  /** CheckpointTensors of another network under this one's manifest. */
  private void replaceTensors(String... words) throws IOException {
    ParameterLayout other = CheckpointFixture.layout(words);
    TrainingState state = CheckpointFixture.state(7, other.size(), true);
    List<String> parts = run.checkpoints().writeTensors(other, state);
    run.checkpoints().commit(CheckpointFixture.manifest(STATE, parts));
  }

  @Test
  void tensorsOfAnotherShapeAreRefused() throws IOException {
    replaceTensors("model.filters=4");
    refuses(
        "tensor down_layers.0.u_stream.0.", "has shape [4", "its network has [3", "it is damaged");
  }

  @Test
  void tensorsOfAnotherNetworkAreRefused() throws IOException {
    replaceTensors("model.resnets=2");
    refuses("holds tensor down_layers.0.u_stream.1.", "which its network does not have");
  }

  @Test
  void aNetworkWithMoreTensorsIsRefused() throws IOException {
    replaceTensors("model.bias=false");
    refuses(
        "has %d of %d elements of kind "
            .formatted(CheckpointFixture.layout("model.bias=false").size(), LAYOUT.size()));
  }

  @Test
  void parametersOfAnotherCheckpointAreRefused() throws IOException {
    Path other = run.write(CheckpointFixture.state(8, LAYOUT.size(), true));
    Path part = CheckpointFixture.part(checkpoint, PARAMETERS);
    Files.write(part, Files.readAllBytes(other.resolve(PARAMETERS)));
    refuses("the parameters of ", "round=000007 have checksum ", "its manifest.json says ");
  }

  private void changeManifest(UnaryOperator<String> change) throws IOException {
    Path manifest = CheckpointFixture.part(checkpoint, "manifest.json");
    Files.writeString(manifest, change.apply(Files.readString(manifest)));
  }

  @Test
  void aKindThatTheManifestLeavesOutIsMissed() throws IOException {
    changeManifest(text -> text.replace("\"part-00001-adam_m.parquet\",", ""));
    refuses("round=000007 has no tensors of kind adam_m; it is damaged, use another checkpoint");
  }

  @Test
  void aLaterFormatIsRefused() throws IOException {
    changeManifest(text -> text.replace("\"format\" : 1", "\"format\" : 2"));
    refuses(
        "manifest.json has format 2, this version reads format 1; use the version that wrote it");
  }

  @Test
  void aDamagedManifestIsNamed() throws IOException {
    String whole = Files.readString(checkpoint.resolve("manifest.json"));
    changeManifest(text -> text.substring(0, text.length() / 2));
    refuses("manifest.json is damaged (", "; use another checkpoint");
    Path manifest = checkpoint.resolve("manifest.json");
    for (String field : List.of("format", "run_id", "parts", "height", "parameter_crc")) {
      Files.writeString(manifest, whole.replace("\"" + field + "\"", "\"was_" + field + "\""));
      refuses("manifest.json is damaged (", field);
    }
    Files.writeString(manifest, whole.replace("\"channels\" : 1", "\"channels\" : 2"));
    refuses("manifest.json is damaged (images have 1 or 3 channels, got 2");
    Files.writeString(manifest, "");
    refuses("manifest.json is damaged (");
    Files.writeString(manifest, whole);
    assertThat(CheckpointFixture.read(checkpoint).state()).isEqualTo(STATE);
  }
}
