package org.lmconv.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;

/** The planners that are exact for every mask, by name. */
public final class Plans {
  /** "of" is what models use. */
  public static final Map<String, Function<KernelMask, MaskPlan>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("of", MaskPlan::of);
    ALL.put("groups", MaskPlan::groups);
    ALL.put("eachTap", mask -> new MaskPlan.EachTap(mask.liveTaps()));
  }

  private Plans() {}
}
