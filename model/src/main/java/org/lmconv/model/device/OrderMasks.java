package org.lmconv.model.device;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.network.NetworkMasks;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.PixelOrder;

/** The masks of the orders that a model was used with last. */
final class OrderMasks {
  /** Masks of more orders than these are made again when they are needed again. */
  private static final int KEPT = 64;

  private final NDManager manager;
  private final NetworkConfig network;
  private final Function<KernelMask, MaskPlan> planner;
  private final Map<PixelOrder, NetworkMasks> masks = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param manager owns them, on its device
   * @param planner the way for a mask
   */
  OrderMasks(NDManager manager, NetworkConfig network, Function<KernelMask, MaskPlan> planner) {
    this.manager = manager;
    this.network = network;
    this.planner = planner;
  }

  /** Not to be called inside a step, which frees what is made in it. */
  NetworkMasks of(PixelOrder order) {
    NetworkMasks made = masks.get(order);
    if (made == null) {
      LayerMasks layers = LayerMasks.of(order, network.kernel(), network.dilation());
      made = new NetworkMasks(manager, layers, planner);
      masks.put(order, made);
      dropEldest();
    }
    return made;
  }

  private void dropEldest() {
    if (masks.size() > KEPT) {
      var eldest = masks.entrySet().iterator().next();
      eldest.getValue().close();
      masks.remove(eldest.getKey());
    }
  }
}
