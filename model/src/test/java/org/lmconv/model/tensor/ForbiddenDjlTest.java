package org.lmconv.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDArrayEx;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The list of calls that the build refuses has all overloads: a version of DJL that adds one must
 * not open the trap again.
 */
class ForbiddenDjlTest {
  private static final Set<Class<?>> DESCRIBES_A_TENSOR =
      Set.of(Shape.class, DataType.class, Device.class);

  private static final List<Class<?>> ARITHMETIC =
      List.of(
          NDArray.class,
          NDArrays.class,
          NDArrayEx.class,
          PtNDArray.class,
          PtNDArrayEx.class,
          JniUtils.class);

  @Test
  void everyWayToMakeATensorOfJavaDataIsRefused() throws IOException {
    List<String> makers =
        Stream.of(NDManager.class, BaseNDManager.class, PtNDManager.class)
            .flatMap(ForbiddenDjlTest::publicMethods)
            .filter(method -> method.getName().startsWith("create"))
            .filter(
                method ->
                    !DESCRIBES_A_TENSOR.containsAll(Arrays.asList(method.getParameterTypes())))
            .map(ForbiddenDjlTest::signature)
            .toList();
    assertThat(makers).hasSizeGreaterThan(30);
    assertThat(refused()).containsAll(makers);
  }

  @Test
  void allArithmeticWithJavaNumbersIsRefused() throws IOException {
    List<String> arithmetic =
        ARITHMETIC.stream()
            .flatMap(ForbiddenDjlTest::publicMethods)
            .filter(method -> Arrays.asList(method.getParameterTypes()).contains(Number.class))
            .filter(method -> !method.getName().equals("percentile"))
            .map(ForbiddenDjlTest::signature)
            .toList();
    assertThat(arithmetic).hasSizeGreaterThan(80);
    assertThat(refused()).containsAll(arithmetic);
  }

  private static Stream<Method> publicMethods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge());
  }

  private static String signature(Method method) {
    String parameters =
        Arrays.stream(method.getParameterTypes())
            .map(Class::getCanonicalName)
            .collect(Collectors.joining(","));
    return method.getDeclaringClass().getName() + "#" + method.getName() + "(" + parameters + ")";
  }

  private static Set<String> refused() throws IOException {
    // Surefire runs in the module's folder.
    return Set.copyOf(Files.readAllLines(Path.of("forbidden-djl.txt")));
  }
}
