package org.lmconv.model.network;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Tensors;

/**
 * The whole network. It has no state: parameters and masks come with each call.
 *
 * <pre>
 * up:   u0 = norm(conv_A(x ⊕ 1));  three levels of R blocks, norm(conv_B,dilated) between them
 * down: three levels of R, R + 1 and R + 1 blocks, norm(conv_B,dilated) between them; each block
 *       takes the latest output of the way up that is not used yet as its skip input
 * logits = nin(elu(u))
 * </pre>
 *
 * <p>Parameters are called and ordered as in the paper authors' code, where "down_layers" are the
 * blocks with a skip input.
 */
public final class LmConvNetwork {
  /** Levels of blocks on the way up, and as many on the way down. */
  static final int LEVELS = 3;

  private final NetworkConfig config;
  private final int inputs;
  private final LocallyMaskedConv2d first;
  private final List<List<GatedResidual>> up = new ArrayList<>();
  private final List<List<GatedResidual>> down = new ArrayList<>();
  private final List<LocallyMaskedConv2d> upBetween;
  private final List<LocallyMaskedConv2d> downBetween;
  private final PointwiseConv2d last;
  private final ParameterLayout layout;

  /**
   * @param config options
   * @param inputs channels C of the images
   * @param logits channels of the output: what the likelihood asks for
   */
  public LmConvNetwork(NetworkConfig config, int inputs, int logits) {
    this.config = config;
    this.inputs = inputs;
    int filters = config.filters();
    first = new LocallyMaskedConv2d("u_init", inputs + 1, filters, config.convolutions());
    for (int level = 0; level < LEVELS; level++) {
      up.add(blocks("up_layers", level, config.resnets(), false));
      down.add(blocks("down_layers", level, config.resnets() + (level == 0 ? 0 : 1), true));
    }
    upBetween = between("downsize_u_stream");
    downBetween = between("upsize_u_stream");
    last = new PointwiseConv2d("nin_out", filters, logits);
    layout = new ParameterLayout(specs());
  }

  private List<GatedResidual> blocks(String side, int level, int count, boolean skip) {
    return IntStream.range(0, count)
        .mapToObj(i -> "%s.%d.u_stream.%d".formatted(side, level, i))
        .map(name -> block(name, skip))
        .toList();
  }

  private GatedResidual block(String name, boolean skip) {
    return new GatedResidual(
        name, config.filters(), skip, config.featureNorm(), config.convolutions());
  }

  private List<LocallyMaskedConv2d> between(String name) {
    int filters = config.filters();
    return IntStream.range(0, LEVELS - 1)
        .mapToObj(i -> name + "." + i)
        .map(each -> new LocallyMaskedConv2d(each, filters, filters, config.convolutions()))
        .toList();
  }

  private List<ParameterSpec> specs() {
    List<ParameterSpec> specs = new ArrayList<>();
    down.forEach(level -> level.forEach(block -> specs.addAll(block.parameters())));
    up.forEach(level -> level.forEach(block -> specs.addAll(block.parameters())));
    specs.addAll(first.parameters());
    upBetween.forEach(layer -> specs.addAll(layer.parameters()));
    downBetween.forEach(layer -> specs.addAll(layer.parameters()));
    specs.addAll(last.parameters());
    return specs;
  }

  /** What the parameters are and where they lie. */
  public ParameterLayout layout() {
    return layout;
  }

  /** The options. */
  public NetworkConfig config() {
    return config;
  }

  /**
   * The logits of every pixel, each a function of the pixels that come earlier in the order of the
   * masks.
   *
   * @param x {@code [N, C, H, W]} in [−1, 1]
   * @param dropout of this update; {@link Dropout2d#OFF} unless training
   * @return L channels; {@link Operations#output} makes them {@code [N, L, H, W]}
   * @throws IllegalArgumentException if x does not have C channels or is not on the masks' grid
   */
  public Feature forward(
      Operations operations,
      Parameters parameters,
      NDArray x,
      NetworkMasks masks,
      Dropout2d dropout) {
    Tensors.requireShape("the images", x, -1, inputs, -1, -1);
    return operations.scoped(
        () -> {
          Pass pass = new Pass(operations, parameters, masks, dropout);
          Feature u = pass.down(pass.up(x));
          return last.forward(operations, parameters, u, Nonlinearity.ELU, null);
        });
  }

  /** One forward pass. */
  private final class Pass {
    private final Operations operations;
    private final Parameters parameters;
    private final NetworkMasks masks;
    private final Dropout2d dropout;

    Pass(Operations operations, Parameters parameters, NetworkMasks masks, Dropout2d dropout) {
      this.operations = operations;
      this.parameters = parameters;
      this.masks = masks;
      this.dropout = dropout;
    }

    /** Every output of the way up, the latest on top. */
    Deque<Feature> up(NDArray x) {
      Deque<Feature> outputs = new ArrayDeque<>();
      // The rescaling of the first layer counts the taps of mask B, as the authors' code does:
      // the pixel visited first has no tap under mask A.
      outputs.push(normed(first, operations.input(x), masks.first(), masks.undilated()));
      for (int level = 0; level < LEVELS; level++) {
        if (level > 0) {
          outputs.push(dilated(upBetween.get(level - 1), outputs.peek()));
        }
        for (GatedResidual block : up.get(level)) {
          outputs.push(apply(block, outputs.peek(), null));
        }
      }
      return outputs;
    }

    Feature down(Deque<Feature> skips) {
      Feature u = skips.pop();
      for (int level = 0; level < LEVELS; level++) {
        if (level > 0) {
          u = dilated(downBetween.get(level - 1), u);
        }
        for (GatedResidual block : down.get(level)) {
          Feature skip = skips.pop();
          Feature next = apply(block, u, skip);
          operations.release(u);
          operations.release(skip);
          u = next;
        }
      }
      return u;
    }

    private Feature apply(GatedResidual block, Feature x, Feature skip) {
      return block.forward(operations, parameters, x, skip, masks.undilated(), dropout);
    }

    private Feature dilated(LocallyMaskedConv2d layer, Feature x) {
      return normed(layer, x, masks.dilated(), masks.dilated());
    }

    private Feature normed(
        LocallyMaskedConv2d layer, Feature x, MaskTensors mask, MaskTensors rescaling) {
      Feature y = layer.forward(operations, parameters, x, Nonlinearity.NONE, null, mask);
      return operations.norm(y, config.featureNorm(), rescaling);
    }
  }
}
