package org.lmconv.jobs.conf;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * How grey levels become bits, for the Bernoulli likelihood.
 *
 * @param mode when the bits are drawn
 * @param seed that they are drawn from
 */
public record Binarization(
    @JsonProperty("binarize") Mode mode, @JsonProperty("binarize-seed") long seed)
    implements Serializable {
  /** When the bits are drawn. */
  public enum Mode {
    /** Anew each time an image is seen, with the intensity as probability. */
    DYNAMIC,
    /** Once per image, with the intensity as probability. */
    FIXED,
    /** Never: a bit is 1 from half intensity. */
    THRESHOLD
  }
}
