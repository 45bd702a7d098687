package org.lmconv.jobs.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;

/** In a local master the tasks run in this JVM, so what they saw can be left in a field. */
class ExecutorModelsTest {
  private static final Placement PLACEMENT =
      new Placement(DeviceChoice.CPU, true, 1, Execution.DEFAULT);
  private static final Map<Integer, DeviceModel> SEEN = new ConcurrentHashMap<>();
  private static final CyclicBarrier BOTH = new CyclicBarrier(2);

  private final ModelSpec spec = spec(5);

  private static ModelSpec spec(int filters) {
    return TinyRuns.config("model.filters=" + filters).model().spec(new ImageShape(1, 4, 4));
  }

  private static ParameterVector zeros(ModelSpec spec) {
    return ParameterVector.zeros(spec.newNetwork().layout().size());
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  /** Runs tasks, each with a model, and leaves the models under the tasks' numbers. */
  private static void tasks(
      ModelSpec spec, int firstNumber, int count, VoidFunction<DeviceModel> body) {
    JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
        .parallelize(List.of(0, 1).subList(0, count), count)
        .foreach(
            task ->
                ExecutorModels.with(
                    spec,
                    PLACEMENT,
                    model -> {
                      SEEN.put(firstNumber + task, model);
                      return use(model, body);
                    }));
  }

  private static boolean use(DeviceModel model, VoidFunction<DeviceModel> body) {
    try {
      body.call(model);
      return true;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aLaterTaskHasTheModelOfAnEarlierOne() {
    ParameterVector parameters = zeros(spec);
    tasks(spec, 0, 1, model -> model.load(parameters));
    tasks(spec, 1, 1, model -> assertThat(model.parameters()).isEqualTo(parameters));
    assertThat(SEEN.get(1)).isSameAs(SEEN.get(0));
    assertThat(SEEN.get(0).spec()).isEqualTo(spec);
  }

  @Test
  void tasksAtTheSameTimeHaveDifferentModels() {
    tasks(spec, 0, 2, model -> BOTH.await(30, TimeUnit.SECONDS));
    assertThat(SEEN.get(1)).isNotSameAs(SEEN.get(0));
  }

  @Test
  void theModelOfATaskThatFailedIsClosedAndReplaced() {
    ParameterVector parameters = zeros(spec);
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(() -> tasks(spec, 0, 1, model -> Math.floorDiv(1, 0)))
        .havingRootCause()
        .isInstanceOf(ArithmeticException.class);
    tasks(spec, 1, 1, model -> model.load(parameters));
    assertThat(SEEN.get(1)).isNotSameAs(SEEN.get(0));
    assertClosed(SEEN.get(0), spec);
  }

  @Test
  void theModelsOfAnotherNetworkMakeRoom() {
    ModelSpec other = spec(6);
    tasks(spec, 0, 1, model -> {});
    tasks(other, 1, 1, model -> {});
    assertThat(SEEN.get(1).spec()).isEqualTo(other);
    assertClosed(SEEN.get(0), spec);
    tasks(spec, 2, 1, model -> {});
    assertThat(SEEN.get(2)).isNotSameAs(SEEN.get(0));
  }

  private static void assertClosed(DeviceModel model, ModelSpec spec) {
    assertThatIllegalStateException().isThrownBy(() -> model.load(zeros(spec)));
  }
}
