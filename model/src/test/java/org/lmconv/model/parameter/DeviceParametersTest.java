package org.lmconv.model.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;

/** Parameters on a device and the views into them. */
class DeviceParametersTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new ParameterSpec("z", new Shape(2, 2), new Uniform(1)),
              new ParameterSpec("a", new Shape(1), new Uniform(1))));

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final ParameterVector values = new ParameterVector(new float[] {1, 2, 3, 4, 5});
  private final DeviceParameters device = new DeviceParameters(manager, LAYOUT, values);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void namesTheSlicesOfTheFlatTensor() {
    Parameters parameters = device.read(manager);
    assertThatTensor(parameters.get("z")).hasShape(2, 2).hasValues(1, 2, 3, 4);
    assertThatTensor(parameters.get("a")).hasShape(1).hasValues(5);
    assertThat(parameters.get("a").hasGradient()).isFalse();
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
    Parameters read = device.read(manager);
    Parameters leaves = device.leaves(manager);
    Autograd.notRecording(() -> device.flat().addi(Tensors.scalar(manager, 10)));
    assertThatTensor(read.get("z")).hasValues(11, 12, 13, 14);
    assertThatTensor(leaves.get("a")).hasValues(15);
  }

  @Test
  void gradientIsInTheOrderOfTheLayoutAndZeroWhereUnused() {
    Parameters leaves = device.leaves(manager);
    NDArray a = leaves.get("a");
    Autograd.backward(Autograd.recording(() -> a.mul(a).sum()));
    assertThatTensor(leaves.gradient()).hasShape(5).hasValues(0, 0, 0, 0, 10);
    NDArray z = leaves.get("z");
    Autograd.backward(Autograd.recording(() -> z.mul(z).sum()));
    assertThatTensor(leaves.gradient()).hasValues(2, 4, 6, 8, 10);
  }

  @Test
  void newLeavesStartWithoutGradient() {
    Parameters first = device.leaves(manager);
    Autograd.backward(Autograd.recording(() -> first.get("z").sum()));
    assertThatTensor(first.gradient()).hasValues(1, 1, 1, 1, 0);
    assertThatTensor(device.leaves(manager).gradient()).hasValues(0, 0, 0, 0, 0);
  }

  @Test
  void viewsLiveNoLongerThanTheirManager() {
    int before = manager.getManagedArrays().size();
    for (int step = 0; step < 3; step++) {
      try (NDManager stepManager = manager.newSubManager()) {
        NDArray sum = device.leaves(stepManager).get("z").sum();
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
          read.set(device.read(manager));
          leaves.set(device.leaves(manager));
          return read.get().get("z").sum();
        });
    assertThatTensor(read.get().get("z")).hasValues(1, 2, 3, 4);
    assertThatTensor(leaves.get().get("z")).hasValues(1, 2, 3, 4);
  }

  @Test
  void refusesAnotherNumberOfValues() {
    assertThatThrownBy(() -> new DeviceParameters(manager, LAYOUT, ParameterVector.zeros(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has 5 parameters, got 4");
  }

  @Test
  void refusesAnUnknownName() {
    assertThatThrownBy(() -> device.read(manager).get("b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has no parameter b");
  }
}
