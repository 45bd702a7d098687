package org.lmconv.model.network;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.MaskPlan;

/**
 * The three masks of a network under one order, ready on a device.
 *
 * @param manager owns them; closed with them
 * @param first mask A: the centre hidden
 * @param undilated mask B
 * @param dilated mask B with dilation
 */
public record NetworkMasks(
    NDManager manager, MaskTensors first, MaskTensors undilated, MaskTensors dilated)
    implements AutoCloseable {

  /**
   * The masks, each convolved in its cheapest way.
   *
   * @param parent the masks live on its device, until they or it are closed
   */
  public static NetworkMasks of(NDManager parent, LayerMasks masks) {
    return of(parent, masks, MaskPlan::of);
  }

  /** The masks, convolved in given ways. */
  public static NetworkMasks of(
      NDManager parent, LayerMasks masks, Function<KernelMask, MaskPlan> planner) {
    NDManager manager = parent.newSubManager();
    MaskTensors undilated = new MaskTensors(manager, masks.undilated(), planner);
    return new NetworkMasks(
        manager,
        new MaskTensors(manager, masks.first(), planner),
        undilated,
        masks.dilated() == masks.undilated()
            ? undilated
            : new MaskTensors(manager, masks.dilated(), planner));
  }

  @Override
  public void close() {
    manager.close();
  }
}
