package org.lmconv.jobs.session;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Objects;
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
  private static final String ENGINE = "PyTorch";
  private static final String GPU = "gpu";

  /**
   * Where a task ran.
   *
   * @param host of the executor
   * @param executor Spark's id of it
   * @param device "cpu", or "gpu 0"
   * @param gpu name of the task's GPU on its host, which no other task's may have; empty if it has
   *     none
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
    boolean local = conf.get("spark.master", "local").startsWith("local") && !isLocalCluster(conf);
    if (choice == DeviceChoice.GPU && !local && !conf.contains("spark.task.resource.gpu.amount")) {
      throw new UserError(
          "device=gpu, but Spark gives tasks no GPU; set spark.executor.resource.gpu.amount=1 and"
              + " spark.task.resource.gpu.amount=1, or device=auto");
    }
    if (choice == DeviceChoice.GPU && local && gpus() == 0) {
      throw noGpu();
    }
    // Spark tells executors' libtorch how many threads a task has; in a local master nobody does.
    int threads =
        local
            ? Math.max(1, Runtime.getRuntime().availableProcessors() / tasks)
            : conf.getInt("spark.task.cpus", 1);
    return new Placement(choice, local, threads, execution);
  }

  private static boolean isLocalCluster(SparkConf conf) {
    return conf.get("spark.master").startsWith("local-cluster");
  }

  /**
   * The device of the task that calls.
   *
   * @throws UserError if a GPU is asked for and the task or libtorch has none
   */
  Device device() {
    TaskContext task = TaskContext.get();
    Map<String, ResourceInformation> resources = task.resourcesJMap();
    int seen = gpus(); // also where none is wanted: the library must load
    if (choice == DeviceChoice.CPU) {
      return Device.cpu();
    }
    if (resources.containsKey(GPU) && seen > 0) {
      return Device.gpu(Integer.parseInt(resources.get(GPU).addresses()[0]));
    }
    if (local && seen > 0) {
      return Device.gpu(task.partitionId() % seen);
    }
    if (choice == DeviceChoice.GPU) {
      throw noGpu();
    }
    return Device.cpu();
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
   * The device of a command that computes in the driver's own process, without tasks.
   *
   * @throws UserError if a GPU is asked for and libtorch sees none
   */
  public static Device ofDriver(DeviceChoice choice) {
    int seen = gpus(); // also where none is wanted: the library must load
    if (choice == DeviceChoice.GPU && seen == 0) {
      throw noGpu();
    }
    return choice == DeviceChoice.CPU || seen == 0 ? Device.cpu() : Device.gpu(0);
  }

  private static int gpus() {
    return engine().getGpuCount();
  }

  /**
   * DJL's PyTorch engine, with its library loaded into this process.
   *
   * @throws UserError if the library is not to be had here; says where, and how to get it there
   */
  public static Engine engine() {
    try {
      return Engine.getEngine(ENGINE);
    } catch (RuntimeException | LinkageError e) {
      throw new UserError(
          ("PyTorch's native library cannot be loaded on %s (%s); for CPUs submit with --jars"
                  + " natives/pytorch-native-cpu.jar,natives/pytorch-jni.jar, for GPUs set"
                  + " PYTORCH_LIBRARY_PATH there")
              .formatted(
                  host(),
                  String.valueOf(Causes.root(e).getMessage()).lines().findFirst().orElse("")),
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

  private static UserError noGpu() {
    return new UserError(
        "device=gpu, but libtorch sees no GPU in the task's process; give it natives for CUDA"
            + " (PYTORCH_LIBRARY_PATH, or no CPU natives on the class path), or device=auto");
  }
}
