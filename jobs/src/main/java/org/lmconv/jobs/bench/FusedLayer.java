package org.lmconv.jobs.bench;

import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.FusedOperations;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.operation.Tape;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.tensor.Tensors;

/** One masked convolution as models run it. */
record FusedLayer(LayerSite site, Precision precision, boolean backward) implements Workload {

  @Override
  public void run() {
    Autograd.notRecording(
        () ->
            Tensors.freeing(
                () -> {
                  if (backward) {
                    forwardAndBackward();
                  } else {
                    forward();
                  }
                  return null;
                }));
    site.parameters().synchronize();
  }

  private void forward() {
    Operations operations = FusedOperations.scoring(precision);
    apply(operations, site.parameters(), new Feature(site.input(), false));
  }

  private void forwardAndBackward() {
    Tape tape = new Tape();
    Operations operations = FusedOperations.training(precision, tape, false);
    Feature x = new Feature(site.input(), true);
    Feature y = apply(operations, site.parameters().trained(), x);
    // A second tensor over the same memory, because the tape closes the one that it gets.
    tape.backward(y, site.upstream().stopGradient());
    x.gradient().close();
  }

  private Feature apply(Operations operations, Parameters parameters, Feature x) {
    return site.layer().forward(operations, parameters, x, Nonlinearity.NONE, null, site.mask());
  }

  @Override
  public void close() {
    site.close();
  }
}
