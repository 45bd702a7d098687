package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lmconv.bench.Child.Task;
import org.lmconv.bench.Precisions.Kind;
import org.lmconv.jobs.conf.JobConfig;

/**
 * Starts processes that measure what only a process of its own can: the most memory that was ever
 * resident, and what depends on the environment. See {@link Child} for the other end.
 */
final class ChildProcess {
  /** The switch of NVIDIA's libraries. */
  private static final String TF32 = "NVIDIA_TF32_OVERRIDE";

  /** A process did not come to its end: memory ran out, most likely, and the system killed it. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String message) {
      super(message);
    }
  }

  private final String config;
  private final int heapMb;

  ChildProcess(JobConfig config, Setup setup) {
    this.config = config.text();
    // Small, so that what counts is libtorch's; parameters and Adam's state pass through it.
    long parameters = setup.model().newNetwork().layout().size();
    this.heapMb = Math.toIntExact(256 + 32 * parameters / 1_000_000);
  }

  /** The most memory of a process that runs a variant twice; null if the system does not tell. */
  Double peakRssMb(int number, Variant variant) throws IOException {
    ObjectNode row = ask(Task.MEMORY, number, variant.name(), Map.of(), List.of());
    return row.get("peak_rss_mb").isNull() ? null : row.get("peak_rss_mb").doubleValue();
  }

  /** The row of a process that trains under an order. */
  ObjectNode growth(int number) throws IOException {
    List<String> heapFromTheStart = List.of("-Xms" + heapMb + "m", "-XX:+AlwaysPreTouch");
    return ask(Task.GROWTH, number, "", Map.of(), heapFromTheStart);
  }

  /** The row of a process with this precision under an order. */
  ObjectNode precision(int number, Kind kind) throws IOException {
    Map<String, String> environment = Map.of(TF32, kind == Kind.TF32 ? "1" : "0");
    return ask(Task.PRECISION, number, kind.name(), environment, List.of());
  }

  private ObjectNode ask(
      Task task, int number, String name, Map<String, String> environment, List<String> options)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx" + heapMb + "m", "-XX:+UseSerialGC")); // takes least for itself
    words.addAll(options);
    words.addAll(List.of("-cp", classPath(), Child.class.getName()));
    words.addAll(List.of(task.name(), String.valueOf(number), name));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment); // over what is inherited, malloc's too
    Process process = builder.redirectError(Redirect.INHERIT).start();
    try {
      return Rows.read(answer(process, (task + " " + name).strip()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a child process measured", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The last line of the process. */
  private String answer(Process process, String task) throws IOException, InterruptedException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(config.getBytes(UTF_8));
    }
    String last = null;
    try (BufferedReader out = process.inputReader(UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
    }
    int code = process.waitFor();
    if (code != 0 || last == null) {
      throw new Failure("the process that measures %s ended with code %d".formatted(task, code));
    }
    return last;
  }

  /**
   * Where a process finds all classes of this one. spark-submit loads an application, and what
   * --jars adds to it, by a class loader that the system property knows nothing of.
   */
  private static String classPath() {
    Set<String> places = new LinkedHashSet<>();
    if (ChildProcess.class.getClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        if (url.getProtocol().equals("file")) {
          places.add(path(url));
        }
      }
    }
    places.add(System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, places);
  }

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(url + " is no place", e);
    }
  }
}
