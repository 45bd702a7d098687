package org.lmconv.jobs.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmconv.jobs.UserError;
import org.lmconv.model.ImageShape;

/**
 * {@code manifest.json}: what a checkpoint holds, beside its tensors. It is written last, so a
 * checkpoint without one does not exist.
 *
 * @param runId of the run that wrote it
 * @param codeVersion that wrote it
 * @param written time, ISO 8601 in UTC
 * @param round rounds done
 * @param imagesSeen by all workers together
 * @param adamStep steps of the optimiser
 * @param image shape of the images
 * @param parts file names of the tensors
 * @param workerParts file names of the optimisers that the workers kept, in their order
 * @param parameterCrc CRC-32C of all parameters as little-endian float32
 * @param config the resolved configuration, HOCON
 */
public record Manifest(
    String runId,
    String codeVersion,
    String written,
    int round,
    long imagesSeen,
    long adamStep,
    ImageShape image,
    List<String> parts,
    List<String> workerParts,
    long parameterCrc,
    String config) {
  /** Layout of the directory; a reader refuses a later one. */
  private static final int FORMAT = 1;

  String toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("run_id", runId);
    fields.put("code_version", codeVersion);
    fields.put("written", written);
    fields.put("round", round);
    fields.put("images_seen", imagesSeen);
    fields.put("adam_step", adamStep);
    fields.put("height", image.height());
    fields.put("width", image.width());
    fields.put("channels", image.channels());
    fields.put("parts", parts);
    fields.put("worker_parts", workerParts);
    fields.put("parameter_crc", parameterCrc);
    fields.put("config", config);
    ConfigRenderOptions json = ConfigRenderOptions.defaults().setOriginComments(false);
    return ConfigValueFactory.fromMap(fields).render(json.setComments(false)) + "\n";
  }

  /**
   * Reads {@link #toJson}.
   *
   * @param where it was found, for messages
   * @throws UserError if it is damaged or of a later format
   */
  static Manifest ofJson(String json, String where) {
    try {
      Config fields = ConfigFactory.parseString(json);
      int format = fields.getInt("format");
      if (format != FORMAT) {
        throw new UserError(
            "%s has format %d, this version reads format %d; use the version that wrote it"
                .formatted(where, format, FORMAT));
      }
      return new Manifest(
          fields.getString("run_id"),
          fields.getString("code_version"),
          fields.getString("written"),
          fields.getInt("round"),
          fields.getLong("images_seen"),
          fields.getLong("adam_step"),
          new ImageShape(
              fields.getInt("channels"), fields.getInt("height"), fields.getInt("width")),
          fields.getStringList("parts"),
          fields.getStringList("worker_parts"),
          fields.getLong("parameter_crc"),
          fields.getString("config"));
    } catch (ConfigException | IllegalArgumentException e) {
      throw new UserError(
          "%s is damaged (%s); use another checkpoint".formatted(where, e.getMessage()), e);
    }
  }
}
