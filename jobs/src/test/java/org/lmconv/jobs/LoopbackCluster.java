package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A cluster of processes of their own on this machine, started and stopped by bin/lmconv. */
final class LoopbackCluster implements AutoCloseable {
  private static final Pattern OPTIONS = Pattern.compile("LMCONV_SUBMIT_OPTS=\"(.*)\"");

  /** Short runs are over before the better of the JVM's two compilers pays. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  private final Path folder;
  private final String port;
  private final String gpus;
  private final String options;

  /**
   * Starts a master and two workers.
   *
   * @param folder for their logs
   * @param gpus addresses of the workers' GPUs
   */
  LoopbackCluster(Path folder, String gpus) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.gpus = gpus;
    try (ServerSocket any = new ServerSocket(0)) {
      this.port = String.valueOf(any.getLocalPort());
    }
    Matcher printed = OPTIONS.matcher(control().succeeds("cluster", "start"));
    assertThat(printed.find()).isTrue();
    options = printed.group(1) + " --conf spark.executor.extraJavaOptions=" + QUICK;
  }

  private Launcher control() {
    return new Launcher(folder)
        .with("LMCONV_CLUSTER_DIR", folder.toString())
        .with("LMCONV_CLUSTER_PORT", port)
        .with("LMCONV_CLUSTER_GPUS", gpus);
  }

  /** Launches commands on this cluster, with the options that its start prints. */
  Launcher launcher(Path where) {
    return new Launcher(where)
        .with("LMCONV_SUBMIT_OPTS", options + " --driver-java-options " + QUICK);
  }

  /** Runs the driver's part of commands in this JVM, with the same options; the rest here. */
  InProcess driver(Path where) {
    InProcess driver = new InProcess(where).with("spark.ui.enabled", "false");
    String jar = Launcher.HOME.resolve("jobs/target/lmconv-train.jar").toString();
    String[] words = options.split(" ");
    for (int i = 0; i < words.length; i += 2) {
      String[] setting = words[i + 1].split("=", 2);
      driver =
          switch (words[i]) {
            case "--master" -> driver.with("spark.master", words[i + 1]);
            case "--jars" -> driver.with("spark.jars", jar + "," + words[i + 1]);
            case "--conf" -> driver.with(setting[0], setting[1]);
            default -> throw new AssertionError(words[i]);
          };
    }
    return driver;
  }

  /** The processes of all executors. */
  List<ProcessHandle> executors() throws IOException {
    List<ProcessHandle> executors = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(LoopbackCluster::isPidOfWorker).sorted().toList()) {
        long pid = Long.parseLong(Files.readString(file).strip());
        ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::children)
            .filter(LoopbackCluster::isExecutor)
            .forEach(executors::add);
      }
    }
    return executors;
  }

  private static boolean isPidOfWorker(Path file) {
    return file.getFileName().toString().matches("worker-\\d+\\.pid");
  }

  private static boolean isExecutor(ProcessHandle process) {
    return process
        .info()
        .commandLine()
        .filter(line -> line.contains("CoarseGrainedExecutorBackend"))
        .isPresent();
  }

  @Override
  public void close() throws IOException {
    try {
      assertThat(control().run("cluster", "stop").out()).isEqualTo("the cluster is stopped\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
