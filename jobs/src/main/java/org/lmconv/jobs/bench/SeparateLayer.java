package org.lmconv.jobs.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;

/** One masked convolution of separate operations, with libtorch's gradients. */
record SeparateLayer(LayerSite site, Operations operations, boolean backward) implements Workload {

  @Override
  public void run() {
    try (NDManager step = site.manager().newSubManager()) {
      Tensors.freeing(
          () -> {
            if (backward) {
              forwardAndBackward(step);
            } else {
              Autograd.notRecording(() -> apply(site.parameters(), site.input()));
            }
            return null;
          });
      site.parameters().synchronize();
    }
  }

  private void forwardAndBackward(NDManager step) {
    Parameters leaves = site.parameters().leaves(step);
    NDArray x = Autograd.leaf(step, site.input());
    NDArray y = Autograd.recording(() -> apply(leaves, x));
    Autograd.backward(y, site.upstream());
  }

  private NDArray apply(Parameters parameters, NDArray x) {
    Feature input = new Feature(x, true);
    return site.layer()
        .forward(operations, parameters, input, Nonlinearity.NONE, null, site.mask())
        .value();
  }

  @Override
  public void close() {
    site.close();
  }
}
