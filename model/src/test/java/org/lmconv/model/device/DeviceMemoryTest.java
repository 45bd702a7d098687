package org.lmconv.model.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lmconv.model.ImageShape;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.tensor.Precision;

class DeviceMemoryTest {
  private static final Execution RECOMPUTING = new Execution(Precision.FLOAT32, true);

  private static ModelSpec spec(int filters, int resnets) {
    NetworkConfig network =
        new NetworkConfig(filters, resnets, 3, 2, false, FeatureNorm.PONO, true, false, 0);
    return new ModelSpec(new ImageShape(1, 28, 28), network, new Bernoulli());
  }

  @Test
  void featureMapsGrowWithTheBatchAndParametersDoNot() {
    DeviceMemory one = DeviceMemory.ofUpdate(spec(16, 1), 1, Execution.DEFAULT, true);
    DeviceMemory ten = DeviceMemory.ofUpdate(spec(16, 1), 10, Execution.DEFAULT, true);
    assertThat(ten.parameterBytes()).isEqualTo(one.parameterBytes());
    assertThat(ten.keptBytes()).isEqualTo(10 * one.keptBytes());
    assertThat(ten.workBytes()).isEqualTo(10 * one.workBytes());
    assertThat(one.bytes()).isEqualTo(one.parameterBytes() + one.keptBytes() + one.workBytes());
  }

  /** Counted by hand for R = 1, F = 2: 3 + 5 blocks, 5 other layers. */
  @Test
  void whatIsKeptIsCounted() {
    DeviceMemory memory = DeviceMemory.ofUpdate(spec(2, 1), 1, Execution.DEFAULT, true);
    int input = 2;
    int outputsOfBlocks = 8 * 2;
    int insideBlocks = 8 * (3 * 2 + 2) + 5 * 2;
    int otherLayers = 5 * 2;
    long floats = 28 * 28 * (input + outputsOfBlocks + insideBlocks + otherLayers);
    assertThat(memory.keptBytes()).isEqualTo(4 * floats);
  }

  @Test
  void theOptimiserHasTheSizeOfFourParameterVectors() {
    long parameters = spec(16, 1).newNetwork().layout().size();
    assertThat(DeviceMemory.ofUpdate(spec(16, 1), 1, Execution.DEFAULT, false).parameterBytes())
        .isEqualTo(2 * 4 * parameters);
    assertThat(DeviceMemory.ofUpdate(spec(16, 1), 1, Execution.DEFAULT, true).parameterBytes())
        .isEqualTo(6 * 4 * parameters);
  }

  @Test
  void recomputingKeepsTheOutputsOfBlocksOnly() {
    long all = DeviceMemory.ofUpdate(spec(64, 5), 16, Execution.DEFAULT, true).keptBytes();
    long outputs = DeviceMemory.ofUpdate(spec(64, 5), 16, RECOMPUTING, true).keptBytes();
    assertThat((double) outputs / all).isBetween(0.2, 0.35);
  }
}
