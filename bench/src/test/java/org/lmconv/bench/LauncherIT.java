package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bench by the real command line, and its jar. */
class LauncherIT {
  private static final Path HOME = Path.of(System.getProperty("lmconv.home")).toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void benchFindsTheMemoryOfProcessesThatItStarts() throws Exception {
    String out =
        printed(
            HOME.resolve("bin/lmconv").toString(),
            "bench",
            "device=cpu",
            "model.filters=2",
            "bench.image=4x4x1",
            "bench.batch-size=2",
            "bench.orders=gilbert/0",
            "bench.variants=plan",
            "bench.repetitions=2",
            "bench.threads=1");
    assertThat(out).contains("step F=2 R=1, order gilbert/0, 2x1x4x4\n");
    // A JVM with libtorch takes more than 100 MB.
    assertThat(Files.readString(folder.resolve("bench.jsonl")))
        .hasLineCount(1)
        .containsPattern("\"peak_rss_mb\":[1-9]\\d{2,}\\.");
  }

  private String printed(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  @Test
  void theJarHasNothingButItself() throws IOException {
    try (JarFile jar = new JarFile(HOME.resolve("bench/target/lmconv-bench.jar").toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo(Bench.class.getName());
      Stream<String> classes =
          jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class"));
      List<String> packages =
          classes.map(name -> name.substring(0, name.lastIndexOf('/'))).distinct().toList();
      assertThat(packages)
          .containsExactlyInAnyOrder(
              "org/lmconv/bench", "org/lmconv/jobs/train", "org/lmconv/model/reference");
    }
  }
}
