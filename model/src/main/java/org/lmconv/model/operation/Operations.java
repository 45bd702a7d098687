package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lmconv.model.parameter.Parameters.Parameter;

/**
 * What the layers of the network are made of. There are two implementations: {@link
 * FusedOperations}, with which models are trained and scored, and a slow one that is the formulas
 * and nothing else, to compare with.
 */
public interface Operations {

  /** What is applied to the input of a layer before the layer itself. */
  enum Nonlinearity {
    /** Nothing. */
    NONE,
    /** elu(x) = x if x &gt; 0, else e^x − 1. */
    ELU,
    /** The concatenated exponential linear unit, elu(concat(x, −x)): twice the channels. */
    CELU
  }

  /** How the features of a pixel are normalised. None of the ways looks at another pixel. */
  enum FeatureNorm {
    /** Not at all. */
    NONE,
    /**
     * Positional norm, (x − mean) / sqrt(var + 1e−5) over the channels, with the unbiased variance
     * and no learned scale (Li et al. 2019, "Positional Normalization", arXiv 1907.04312).
     */
    PONO,
    /** Divided by the number of taps that the pixel sees. */
    ORDER_RESCALE;

    /** Added to PONO's variance. */
    public static final double EPSILON = 1e-5;
  }

  /**
   * Images as the first feature map, with a channel of ones: with it a layer can tell the border
   * from a zero.
   *
   * @param images {@code [N, C, H, W]}
   * @return C + 1 channels
   */
  Feature input(NDArray images);

  /**
   * A locally masked convolution of what the nonlinearity makes of x, with dropout between the two.
   *
   * @param scales factors {@code [N, C]} of the channels of the convolution's input, or null
   * @param weight {@code [O, C, k, k]}
   * @param bias {@code [O]}, or null
   * @param maskWeight {@code [O, k, k]}, of the mask itself, or null
   * @return O channels
   */
  Feature convolution(
      Feature x,
      Nonlinearity before,
      NDArray scales,
      Weight weight,
      Parameter bias,
      Parameter maskWeight,
      MaskTensors mask);

  /**
   * Normalises the features of each pixel.
   *
   * @param x may be taken: its value cannot be read after that
   * @param mask only {@link FeatureNorm#ORDER_RESCALE} reads it
   */
  Feature norm(Feature x, FeatureNorm norm, MaskTensors mask);

  /**
   * A 1×1 convolution of what the nonlinearity makes of x.
   *
   * @param weight {@code [O, C]}
   * @param bias {@code [O]}
   * @param plus added to the result; of O channels, or null
   * @return O channels
   */
  Feature pointwise(Feature x, Nonlinearity before, Weight weight, Parameter bias, Feature plus);

  /**
   * x + norm(p) · σ(q).
   *
   * @param pq p and q, side by side; may be taken
   */
  Feature gate(Feature x, Feature pq, FeatureNorm norm, MaskTensors mask);

  /** Runs {@code body} and frees what it made and nothing needs, but its result. */
  Feature scoped(Supplier<Feature> body);

  /**
   * Runs {@code body} and, if memory is to be saved, forgets what its gradient needs; backward then
   * runs it once more.
   *
   * @param inputs all feature maps that the body reads
   * @param body gets the inputs, and returns a feature map that it made; must do the same again
   */
  Feature recomputed(List<Feature> inputs, Function<List<Feature>, Feature> body);

  /** Says that the forward pass does not read x again; backward may. */
  void release(Feature x);

  /** A feature map as {@code [N, C, H, W]}. */
  NDArray output(Feature x);
}
