package org.lmconv.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lmconv.model.reference.ReferenceOperations;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.MaskPlan;

/** A way to convolve in a style of operations; what is compared. */
enum Variant {
  /** LMConv as it trains and scores. */
  PLAN_FUSED,
  /** The same code without a mask: what masking could cost at the least. */
  PLAIN_FUSED,
  /** The plan written down with a library's operations, for masks that are a few convolutions. */
  PLAN_SEPARATE,
  /** Ordinary convolutions in an ordinary network of a library. */
  PLAIN_SEPARATE,
  /** As published: unfolded, masked, multiplied. */
  IM2COL_SEPARATE;

  /** Those of these ways that can do these masks. */
  static List<Variant> of(List<String> ways, LayerMasks masks) {
    return Stream.of(values())
        .filter(variant -> ways.contains(variant.way()))
        .filter(variant -> variant != PLAN_SEPARATE || areLines(masks))
        .toList();
  }

  private static boolean areLines(LayerMasks masks) {
    return Stream.of(masks.first(), masks.undilated(), masks.dilated())
        .allMatch(mask -> MaskPlan.of(mask) instanceof MaskPlan.Lines);
  }

  private String word(int number) {
    return name().toLowerCase(Locale.ROOT).split("_")[number];
  }

  /** The way: plan, plain or im2col. */
  String way() {
    return word(0);
  }

  /**
   * How a layer is written down. fused: kernels of few passes with gradients of their own.
   * separate: every formula an operation of its own, differentiated by libtorch.
   */
  String style() {
    return word(1);
  }

  boolean isFused() {
    return style().equals("fused");
  }

  /** The name for people. */
  String title() {
    return way() + " " + style();
  }

  /** How a mask is convolved. */
  Function<KernelMask, MaskPlan> planner() {
    return way().equals("plain") ? mask -> MaskPlan.dense(mask.kernel()) : MaskPlan::of;
  }

  /** The operations of the separate style. */
  ReferenceOperations operations() {
    return this == IM2COL_SEPARATE ? ReferenceOperations.im2col() : ReferenceOperations.phases();
  }
}
