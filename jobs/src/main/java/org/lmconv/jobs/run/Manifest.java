package org.lmconv.jobs.run;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import org.lmconv.jobs.base.CodeVersion;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;

/**
 * {@code manifest.json}: what a checkpoint holds, beside its tensors. It is written last, so a
 * checkpoint without one does not exist. Its fields are the components in snake case.
 *
 * @param format layout of the directory
 * @param written time, ISO 8601 in UTC
 * @param adamStep updates of the optimiser
 * @param parts file names of the tensors
 * @param workerParts file names of the optimisers that the workers kept, in their order
 * @param parameterCrc CRC-32C of all parameters as little-endian float32
 * @param config the resolved configuration, HOCON
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Manifest(
    int format,
    String runId,
    String codeVersion,
    String written,
    int round,
    long imagesSeen,
    long adamStep,
    int height,
    int width,
    int channels,
    List<String> parts,
    List<String> workerParts,
    long parameterCrc,
    String config) {
  /** A reader refuses a later one. */
  private static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // later versions may add some
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** The manifest of a state whose tensors are written. */
  public static Manifest of(
      String runId, ImageShape image, TrainingState state, List<String> parts, String config) {
    return new Manifest(
        FORMAT,
        runId,
        CodeVersion.current(),
        RunDirectory.now(),
        state.round(),
        state.imagesSeen(),
        state.inner().step(),
        image.height(),
        image.width(),
        image.channels(),
        parts,
        WorkerParts.names(state.inner()),
        Integer.toUnsignedLong(state.parameters().crc32c()),
        config);
  }

  public ImageShape image() {
    return new ImageShape(channels, height, width);
  }

  String toJson() throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
  }

  /**
   * Reads {@link #toJson}.
   *
   * @param where it was found, for messages
   * @throws UserError if it is damaged or of a later format
   */
  static Manifest ofJson(String json, String where) {
    try {
      int format = JSON.readTree(json).path("format").asInt(FORMAT);
      if (format != FORMAT) {
        throw new UserError(
            "%s has format %d, this version reads format %d; use the version that wrote it"
                .formatted(where, format, FORMAT));
      }
      Manifest manifest = JSON.readValue(json, Manifest.class);
      manifest.image(); // which has bounds
      return manifest;
    } catch (JacksonException e) {
      throw damaged(where, e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw damaged(where, e.getMessage(), e);
    }
  }

  static UserError damaged(String where, String why, Exception e) {
    return new UserError("%s is damaged (%s); use another checkpoint".formatted(where, why), e);
  }
}
