package org.lmconv.jobs.bench;

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
  PLAN_FUSED("plan", Style.FUSED),
  /** The same code without a mask: what masking could cost at the least. */
  PLAIN_FUSED("plain", Style.FUSED),
  /** The plan written down with a library's operations, for masks that are a few convolutions. */
  PLAN_SEPARATE("plan", Style.SEPARATE),
  /** Ordinary convolutions in an ordinary network of a library. */
  PLAIN_SEPARATE("plain", Style.SEPARATE),
  /** As published: unfolded, masked, multiplied. */
  IM2COL("im2col", Style.SEPARATE);

  /** How a layer is written down. */
  enum Style {
    /** Kernels of few passes with gradients of their own. */
    FUSED,
    /** Every formula an operation of its own, differentiated by libtorch. */
    SEPARATE;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String way;
  private final Style style;

  Variant(String way, Style style) {
    this.way = way;
    this.style = style;
  }

  /** Those of these ways that can do these masks. */
  static List<Variant> of(List<String> ways, LayerMasks masks) {
    return Stream.of(values())
        .filter(variant -> ways.contains(variant.way))
        .filter(variant -> variant != PLAN_SEPARATE || areLines(masks))
        .toList();
  }

  private static boolean areLines(LayerMasks masks) {
    return Stream.of(masks.first(), masks.undilated(), masks.dilated())
        .allMatch(mask -> MaskPlan.of(mask) instanceof MaskPlan.Lines);
  }

  /** The way: plan, plain or im2col. */
  String way() {
    return way;
  }

  Style style() {
    return style;
  }

  /** The name for people. */
  String title() {
    return way + " " + style.key();
  }

  /** How a mask is convolved. */
  Function<KernelMask, MaskPlan> planner() {
    return way.equals("plain") ? mask -> MaskPlan.dense(mask.kernel()) : MaskPlan::of;
  }

  /** The operations of the separate style. */
  ReferenceOperations operations() {
    return this == IM2COL ? ReferenceOperations.im2col() : ReferenceOperations.phases();
  }
}
