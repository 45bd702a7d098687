package org.lmconv.model.network;

import ai.djl.ndarray.NDManager;
import org.lmconv.model.layer.MaskTensors;
import org.lmconv.orders.LayerMasks;

/** The three masks of a network under one order, ready on a device. */
public final class NetworkMasks implements AutoCloseable {
  private final NDManager manager;
  private final MaskTensors first;
  private final MaskTensors undilated;
  private final MaskTensors dilated;

  /**
   * @param parent the masks live on its device, until they or it are closed
   */
  public NetworkMasks(NDManager parent, LayerMasks masks) {
    manager = parent.newSubManager();
    first = new MaskTensors(manager, masks.first());
    undilated = new MaskTensors(manager, masks.undilated());
    dilated =
        masks.dilated() == masks.undilated()
            ? undilated
            : new MaskTensors(manager, masks.dilated());
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
