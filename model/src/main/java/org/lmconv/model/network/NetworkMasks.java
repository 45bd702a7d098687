package org.lmconv.model.network;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.MaskPlan;

/** The three masks of a network under one order, ready on a device. */
public final class NetworkMasks implements AutoCloseable {
  private final NDManager manager;
  private final MaskTensors first;
  private final MaskTensors undilated;
  private final MaskTensors dilated;

  /**
   * The masks, each convolved in its cheapest way.
   *
   * @param parent the masks live on its device, until they or it are closed
   */
  public NetworkMasks(NDManager parent, LayerMasks masks) {
    this(parent, masks, MaskPlan::of);
  }

  /**
   * The masks, convolved in given ways.
   *
   * @param parent the masks live on its device, until they or it are closed
   */
  public NetworkMasks(NDManager parent, LayerMasks masks, Function<KernelMask, MaskPlan> planner) {
    manager = parent.newSubManager();
    first = new MaskTensors(manager, masks.first(), planner);
    undilated = new MaskTensors(manager, masks.undilated(), planner);
    dilated =
        masks.dilated() == masks.undilated()
            ? undilated
            : new MaskTensors(manager, masks.dilated(), planner);
  }

  /** Mask A: the centre hidden. */
  MaskTensors first() {
    return first;
  }

  /** Mask B without dilation. */
  MaskTensors undilated() {
    return undilated;
  }

  /** Mask B with dilation. */
  MaskTensors dilated() {
    return dilated;
  }

  @Override
  public void close() {
    manager.close();
  }
}
