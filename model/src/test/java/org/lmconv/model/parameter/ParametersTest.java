package org.lmconv.model.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.TestDevice;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;

/** Parameters on a device and the views into them. */
class ParametersTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new ParameterSpec("z", new Shape(2, 2), new Uniform(1)),
              new ParameterSpec("a", new Shape(1), new Uniform(1))));

  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());
  private final ParameterVector values = new ParameterVector(new float[] {1, 2, 3, 4, 5});
  private final Parameters device = new Parameters(manager, LAYOUT, values);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void namesTheSlicesOfTheFlatTensor() {
    assertThatTensor(device.get("z").value()).hasShape(2, 2).hasValues(1, 2, 3, 4);
    assertThatTensor(device.get("a").value()).hasShape(1).hasValues(5);
    assertThat(device.get("a").gradient()).isNull();
  }

  @Test
  void valuesAreCopiedInAndOut() {
    values.scale(0);
    assertThatTensor(device.flat()).hasShape(5).hasValues(1, 2, 3, 4, 5);
    device.toVector().scale(0);
    assertThat(device.toVector()).isEqualTo(new ParameterVector(new float[] {1, 2, 3, 4, 5}));
  }

  @Test
  void viewsAndLeavesFollowTheFlatTensor() {
    Parameters leaves = device.leaves(manager);
    Autograd.notRecording(() -> device.flat().addi(Tensors.scalar(manager, 10)));
    assertThatTensor(device.get("z").value()).hasValues(11, 12, 13, 14);
    assertThatTensor(leaves.get("a").value()).hasValues(15);
  }

  @Test
  void gradientIsInTheOrderOfTheLayoutAndZeroWhereUnused() {
    Parameters leaves = device.leaves(manager);
    NDArray a = leaves.get("a").value();
    Autograd.backward(Autograd.recording(() -> a.mul(a).sum()));
    assertThatTensor(leaves.gradient()).hasShape(5).hasValues(0, 0, 0, 0, 10);
    NDArray z = leaves.get("z").value();
    Autograd.backward(Autograd.recording(() -> z.mul(z).sum()));
    assertThatTensor(leaves.gradient()).hasValues(2, 4, 6, 8, 10);
  }

  /** Without autograd: backward writes into views of one flat tensor. */
  @Test
  void gradientsOfTrainedParametersAreViewsOfOneTensor() {
    Parameters trained = device.trained();
    assertThatTensor(trained.gradient()).hasShape(5).hasValues(0, 0, 0, 0, 0);
    Autograd.notRecording(() -> trained.get("a").gradient().addi(Tensors.scalar(manager, 7)));
    Autograd.notRecording(() -> trained.get("z").gradient().addi(Tensors.scalar(manager, 1)));
    assertThatTensor(trained.gradient()).hasValues(1, 1, 1, 1, 7);
    assertThatTensor(trained.get("z").value()).hasShape(2, 2).hasValues(1, 2, 3, 4);
    assertThat(device.trained()).isSameAs(trained);
  }

  @Test
  void newLeavesStartWithoutGradient() {
    Parameters first = device.leaves(manager);
    Autograd.backward(Autograd.recording(() -> first.get("z").value().sum()));
    assertThatTensor(first.gradient()).hasValues(1, 1, 1, 1, 0);
    assertThatTensor(device.leaves(manager).gradient()).hasValues(0, 0, 0, 0, 0);
  }

  @Test
  void viewsLiveNoLongerThanTheirManager() {
    int before = manager.getManagedArrays().size();
    for (int step = 0; step < 3; step++) {
      try (NDManager stepManager = manager.newSubManager()) {
        NDArray sum = device.leaves(stepManager).get("z").value().sum();
        assertThatTensor(sum).hasValues(10);
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void parametersOutliveTheScopeInWhichTheyWereMade() {
    AtomicReference<Parameters> read = new AtomicReference<>();
    AtomicReference<Parameters> leaves = new AtomicReference<>();
    Tensors.scoped(
        () -> {
          read.set(new Parameters(manager, LAYOUT, values));
          leaves.set(device.leaves(manager));
          return read.get().get("z").value().sum();
        });
    assertThatTensor(read.get().get("z").value()).hasValues(1, 2, 3, 4);
    assertThatTensor(leaves.get().get("z").value()).hasValues(1, 2, 3, 4);
  }

  @Test
  void refusesAnotherNumberOfValues() {
    assertThatThrownBy(() -> new Parameters(manager, LAYOUT, ParameterVector.zeros(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has 5 parameters, got 4");
  }

  @Test
  void refusesAnUnknownName() {
    assertThatThrownBy(() -> device.get("b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has no parameter b");
  }
}
