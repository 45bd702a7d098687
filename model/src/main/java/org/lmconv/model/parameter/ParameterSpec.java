package org.lmconv.model.parameter;

import ai.djl.ndarray.types.Shape;

/**
 * One parameter tensor.
 *
 * @param name dotted path, as in the paper authors' {@code state_dict}
 * @param shape of the tensor
 * @param initial how it starts
 */
public record ParameterSpec(String name, Shape shape, Initial initial) {

  /** How a parameter starts. */
  public sealed interface Initial {}

  /** Every element uniform in [−bound, bound]. */
  public record Uniform(double bound) implements Initial {}

  /**
   * The gain of weight normalisation: the L2 norm of each output's direction, so that the normed
   * weight starts as the direction itself.
   *
   * @param direction name of the {@code weight_v} parameter
   */
  public record NormOf(String direction) implements Initial {}

  /** Number of elements. */
  public int size() {
    return Math.toIntExact(shape.size());
  }
}
