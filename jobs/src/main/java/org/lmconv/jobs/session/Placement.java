package org.lmconv.jobs.session;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.model.device.Execution;

/**
 * Where and how a task computes. On a cluster one executor has one GPU, and its address is the
 * task's resource "gpu"; in a local master the tasks take the machine's GPUs in turn.
 *
 * @param choice what the user asked for
 * @param local whether the tasks share the driver's JVM
 * @param threads of one task on the CPU
 * @param execution how its device computes
 */
public record Placement(DeviceChoice choice, boolean local, int threads, Execution execution)
    implements Serializable {
  private static final String GPU = "gpu";
  private static final int NONE = -1;

  /**
   * Where a task ran.
   *
   * @param executor Spark's id of it
   * @param device "cpu", or "gpu 0"
   * @param gpu name of the task's GPU on its host, which no other task's may have; empty if none
   */
  public record Participant(String host, String executor, String device, String gpu)
      implements Serializable {

    /** Whether it has a GPU, be it only by what Spark says. */
    public boolean hasGpu() {
      return !gpu.isEmpty();
    }

    /** Such as "executor 0 on host-a: gpu 1". */
    @Override
    public String toString() {
      return "executor %s on %s: %s".formatted(executor, host, device);
    }
  }

  /**
   * Decides on the driver.
   *
   * @param tasks that run at once in this JVM if the master is local
   * @throws UserError if a GPU is asked for on a cluster whose tasks are given none, or in a local
   *     master on a machine that has none
   */
  public static Placement of(SparkConf conf, DeviceChoice choice, Execution execution, int tasks) {
    boolean local = SparkSessions.slots(conf.get("spark.master", "local")) > 0;
    if (choice == DeviceChoice.GPU && local) {
      ofDriver(choice); // or it throws
    } else if (choice == DeviceChoice.GPU && !conf.contains("spark.task.resource.gpu.amount")) {
      throw new UserError(
          "device=gpu, but Spark gives tasks no GPU; set spark.executor.resource.gpu.amount=1 and"
              + " spark.task.resource.gpu.amount=1, or device=auto");
    }
    // Spark tells executors' libtorch how many threads a task has; in a local master nobody does.
    int threads =
        local
            ? Math.max(1, Runtime.getRuntime().availableProcessors() / tasks)
            : conf.getInt("spark.task.cpus", 1);
    return new Placement(choice, local, threads, execution);
  }

  /**
   * The device of the task that calls.
   *
   * @throws UserError if a GPU is asked for and the task or libtorch has none
   */
  Device device() {
    TaskContext task = TaskContext.get();
    ResourceInformation given = task.resourcesJMap().get(GPU);
    return device(
        choice,
        seen -> {
          if (given != null) {
            return Integer.parseInt(given.addresses()[0]);
          }
          return local ? task.partitionId() % seen : NONE;
        });
  }

  /**
   * The device of a command that computes in the driver's own process, without tasks.
   *
   * @throws UserError if a GPU is asked for and libtorch sees none
   */
  public static Device ofDriver(DeviceChoice choice) {
    return device(choice, seen -> 0);
  }

  /**
   * @param number gives, of how many GPUs libtorch sees, which one it is, or {@code NONE}
   */
  private static Device device(DeviceChoice choice, IntUnaryOperator number) {
    int seen = engine().getGpuCount(); // also where none is wanted: the library must load
    int gpu = choice == DeviceChoice.CPU || seen == 0 ? NONE : number.applyAsInt(seen);
    if (choice == DeviceChoice.GPU && gpu == NONE) {
      throw new UserError(
          "device=gpu, but libtorch sees no GPU in the task's process; give it natives for CUDA"
              + " (PYTORCH_LIBRARY_PATH, or no CPU natives on the class path), or device=auto");
    }
    return gpu == NONE ? Device.cpu() : Device.gpu(gpu);
  }

  /**
   * Where the task that calls runs.
   *
   * @throws UserError if a GPU is asked for and the task or libtorch has none
   */
  public Participant participant() {
    SparkEnv spark = SparkEnv.get();
    Device device = device();
    return new Participant(
        spark.blockManager().blockManagerId().host(),
        spark.executorId(),
        device.isGpu() ? "gpu " + device.getDeviceId() : "cpu",
        gpu(device));
  }

  private static String gpu(Device device) {
    ResourceInformation given = TaskContext.get().resourcesJMap().get(GPU);
    if (given != null) {
      return String.join(",", given.addresses()) + visibleGpus();
    }
    return device.isGpu() ? String.valueOf(device.getDeviceId()) : "";
  }

  /** Where each process sees only its own GPUs, each may call its first one "0". */
  private static String visibleGpus() {
    return Stream.of("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES")
        .map(System::getenv)
        .filter(Objects::nonNull)
        .map(visible -> " of " + visible)
        .collect(Collectors.joining());
  }

  /**
   * DJL's PyTorch engine, with its library loaded into this process.
   *
   * @throws UserError if the library is not to be had here; says where, and how to get it there
   */
  public static Engine engine() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      String why = String.valueOf(Causes.root(e).getMessage()).lines().findFirst().orElse("");
      throw new UserError(
          ("PyTorch's native library cannot be loaded on %s (%s); for CPUs submit with --jars"
                  + " natives/pytorch-native-cpu.jar,natives/pytorch-jni.jar, for GPUs set"
                  + " PYTORCH_LIBRARY_PATH there")
              .formatted(host(), why),
          e);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }
}
