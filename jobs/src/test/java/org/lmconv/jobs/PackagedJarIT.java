package org.lmconv.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in lmconv-train.jar, and what Spark and the folder beside it must bring. */
class PackagedJarIT {
  private static final Path TARGET = Path.of(System.getProperty("lmconv.home"), "jobs", "target");

  @Test
  void holdsNoNativeLibraries() throws IOException {
    assertThat(entries(jar()))
        .noneMatch(name -> name.matches(".*\\.(so(\\.\\d+)*|dll|dylib|jnilib)"));
    // 2 MB of digits, 2 MB of classes; the natives alone would be 100 MB.
    assertThat(Files.size(jar())).isLessThan(8_000_000);
  }

  @Test
  void holdsEverythingThatSparkDoesNot() throws IOException {
    assertThat(entries(jar()))
        .contains(
            "org/lmconv/orders/Grid.class",
            "org/lmconv/model/ImageShape.class",
            "org/lmconv/jobs/conf/reference.conf",
            "ai/djl/ndarray/NDArray.class",
            "ai/djl/pytorch/engine/PtEngine.class",
            "com/typesafe/config/Config.class",
            "picocli/CommandLine.class",
            "freemarker/template/Template.class",
            "org/lmconv/jobs/page/echarts.min.js",
            "META-INF/licenses/echarts/LICENSE");
    Set<String> spark = classes(sparkJars());
    assertThat(spark)
        .contains(
            "org/apache/spark/sql/SparkSession.class",
            "org/slf4j/Logger.class",
            "com/google/gson/Gson.class",
            "org/apache/commons/compress/archivers/ArchiveEntry.class",
            "org/apache/commons/codec/Charsets.class");
    assertThat(classes(List.of(jar()))).isNotEmpty().doesNotContainAnyElementsOf(spark);
  }

  @Test
  void holdsNoBenchmarks() throws IOException {
    assertThat(classes(List.of(jar())))
        .noneMatch(name -> name.matches("org/lmconv/(bench|model/reference)/.*|.*RoundOverhead.*"));
  }

  @Test
  void findsTheNativesBesideItself() throws IOException {
    try (JarFile jar = new JarFile(jar().toFile())) {
      var manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Main-Class")).isEqualTo(LmConv.class.getName());
      assertThat(manifest.getValue("Add-Opens")).contains("java.base/sun.nio.ch");
      assertThat(manifest.getValue("Class-Path").split(" "))
          .hasSize(3)
          .allSatisfy(name -> assertThat(TARGET.resolve(name)).isRegularFile());
    }
  }

  @Test
  void hasTheEnginesOfDjl() throws IOException {
    try (JarFile jar = new JarFile(jar().toFile());
        var in =
            jar.getInputStream(jar.getEntry("META-INF/services/ai.djl.engine.EngineProvider"))) {
      assertThat(new String(in.readAllBytes(), UTF_8))
          .contains("ai.djl.pytorch.engine.PtEngineProvider");
    }
  }

  private static Path jar() {
    return TARGET.resolve("lmconv-train.jar");
  }

  private static List<Path> sparkJars() throws IOException {
    try (var files = Files.list(TARGET.resolve("spark/jars"))) {
      return files.toList();
    }
  }

  private static Set<String> classes(List<Path> jars) {
    return jars.stream()
        .flatMap(jar -> entries(jar).stream())
        .filter(name -> name.endsWith(".class"))
        .collect(Collectors.toSet());
  }

  private static Set<String> entries(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(ZipEntry::getName).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
