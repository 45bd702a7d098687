package org.lmconv.jobs.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lmconv.jobs.bench.Precisions.Kind;
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
    this.heapMb = heapMb(setup);
  }

  /** Small, so that what counts is libtorch's; parameters and Adam's state pass through it. */
  private static int heapMb(Setup setup) {
    long parameters = setup.model().newNetwork().layout().size();
    return Math.toIntExact(256 + 32 * parameters / 1_000_000);
  }

  /** The most memory of a process that runs a variant twice; null if the system does not tell. */
  Double peakRssMb(int number, Variant variant) throws IOException {
    return ask(new Terms(), Child.Peak.class, Child.MEMORY, number, variant.name()).peakRssMb();
  }

  /** How much a process that trains under an order grows. */
  Growths.Answer growth(int number) throws IOException {
    Terms heapFromTheStart =
        new Terms(Map.of(), List.of("-Xms" + heapMb + "m", "-XX:+AlwaysPreTouch"));
    return ask(
        heapFromTheStart, Growths.Answer.class, Child.GROWTH, number, Variant.PLAN_FUSED.name());
  }

  /** What a process with this precision finds under an order. */
  PrecisionAnswer precision(int number, Kind kind) throws IOException {
    Terms terms = new Terms(Map.of(TF32, kind == Kind.TF32 ? "1" : "0"), List.of());
    return ask(terms, PrecisionAnswer.class, Child.PRECISION, number, kind.name());
  }

  /** What a process is given besides the usual: environment and options of the JVM. */
  private record Terms(Map<String, String> environment, List<String> options) {
    Terms() {
      this(Map.of(), List.of());
    }
  }

  private <T> T ask(Terms terms, Class<T> type, String task, int number, String name)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx" + heapMb + "m", "-XX:+UseSerialGC")); // takes least for itself
    words.addAll(terms.options());
    words.addAll(List.of("-cp", ClassPath.ofThisProcess(), Child.class.getName()));
    words.addAll(List.of(task, String.valueOf(number), name));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(terms.environment()); // over what is inherited, malloc's too
    Process process = builder.redirectError(Redirect.INHERIT).start();
    try {
      return answer(process, type, String.join(" ", List.of(task, name)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a child process measured", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private <T> T answer(Process process, Class<T> type, String task)
      throws IOException, InterruptedException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(config.getBytes(UTF_8));
    }
    String last = null;
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
    }
    int code = process.waitFor();
    if (code != 0 || last == null) {
      throw new Failure("the process that measures %s ended with code %d".formatted(task, code));
    }
    return Json.read(last, type);
  }
}
