package org.lmconv.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.KeySet;

/** Measures tiny layers and networks. How long they take is nobody's business here. */
class BenchTest {
  private static final String[] TINY = {
    "device=cpu",
    "model.filters=2",
    "bench.image=4x4x1",
    "bench.batch-size=2",
    "bench.channels=4-2",
    "bench.threads=1",
    "bench.warmup=1",
    "bench.repetitions=2",
    "bench.steps=2",
    "bench.memory=false"
  };

  private static final List<String> ORDERS =
      List.of("s_curve/0", "s_curve/4", "gilbert/0", "s_curve/0+center");

  private static final List<String> LINES_OF_ALL =
      List.of("plan fused", "plain fused", "plan separate", "plain separate", "im2col separate");

  private final Printed out = new Printed();
  @TempDir private Path folder;

  private JobConfig config(String... words) {
    String to = "out=" + folder.resolve("rows.jsonl");
    List<String> all =
        Stream.of(Stream.of(TINY), Stream.of(to), Stream.of(words)).flatMap(each -> each).toList();
    return ConfigLoader.load(Optional.empty(), all, "bench", KeySet.BENCH);
  }

  private List<JsonNode> rows(String... words) throws IOException {
    Bench.run(config(words), out);
    List<JsonNode> rows = read();
    assertThat(rows).isNotEmpty().allSatisfy(BenchTest::assertPromised);
    return rows;
  }

  private static void assertPromised(JsonNode row) {
    assertThat(row.path("device").textValue()).isEqualTo("cpu");
    assertThat(row.path("threads").intValue()).isEqualTo(1);
    for (String text : List.of("name", "what", "variant", "style", "order", "shape", "precision")) {
      assertThat(row.path(text).textValue()).as(text).isNotBlank();
    }
    assertPositive(row, "median_ms", "min_ms", "p10_ms", "p90_ms", "repetitions");
    assertThat(row.path("min_ms").doubleValue())
        .isLessThanOrEqualTo(row.path("p10_ms").doubleValue());
    for (String known : List.of("peak_rss_mb", "ratio_to_im2col", "ratio_to_plain")) {
      assertThat(row.has(known)).as(known).isTrue();
    }
  }

  private static void assertPositive(JsonNode row, String... fields) {
    for (String field : fields) {
      assertThat(row.path(field).doubleValue()).as(field).isPositive().isFinite();
    }
  }

  private static List<String> ways(List<JsonNode> rows, String name, String order) {
    return rows.stream()
        .filter(row -> row.path("name").textValue().equals(name))
        .filter(row -> row.path("order").textValue().equals(order))
        .map(row -> row.path("variant").textValue() + " " + row.path("style").textValue())
        .toList();
  }

  private static void assertEveryWayUnderEveryOrder(List<JsonNode> rows, String name) {
    List<String> withoutLines =
        LINES_OF_ALL.stream().filter(way -> !way.equals("plan separate")).toList();
    for (String order : ORDERS) {
      boolean lines = order.matches("s_curve/\\d");
      assertThat(ways(rows, name, order)).as(order).isEqualTo(lines ? LINES_OF_ALL : withoutLines);
    }
  }

  @Test
  void aLayerForwardAndBackward() throws IOException {
    List<JsonNode> rows = rows("what=layer");
    assertEveryWayUnderEveryOrder(rows, "layer 4-2 forward");
    assertEveryWayUnderEveryOrder(rows, "layer 4-2 forward+backward");
    assertThat(rows)
        .hasSize(36)
        .allSatisfy(row -> assertPositive(row, "ratio_to_im2col", "ratio_to_plain"))
        .allSatisfy(row -> assertThat(row.path("shape").textValue()).isEqualTo("2x4x4x4"))
        .allSatisfy(row -> assertThat(row.path("repetitions").intValue()).isEqualTo(2))
        .allSatisfy(row -> assertThat(row.path("peak_rss_mb").isNull()).isTrue());
  }

  @Test
  void aTrainingStep() throws IOException {
    List<JsonNode> rows = rows("what=step", "precision=bfloat16");
    assertEveryWayUnderEveryOrder(rows, "step F=2 R=1");
    assertThat(rows)
        .allSatisfy(row -> assertPositive(row, "ratio_to_im2col", "ratio_to_plain"))
        .allSatisfy(
            row ->
                assertThat(row.path("precision").textValue())
                    .isEqualTo(
                        row.path("style").textValue().equals("fused") ? "bfloat16" : "float32"));
    assertThat(out.text())
        .contains("1/4  step F=2 R=1, order s_curve/0, 2x1x4x4: warm-up 1/1 of plan fused\n")
        .contains("step F=2 R=1, order s_curve/0+center, 2x1x4x4\n")
        .contains("x im2col: how many times faster")
        .contains("again: bin/lmconv bench out=")
        .contains(" what=step ");
  }

  @Test
  void scoring() throws IOException {
    List<JsonNode> rows = rows("what=scoring", "bench.variants=[im2col, plan]");
    assertThat(ways(rows, "scoring F=2 R=1", "gilbert/0"))
        .containsExactly("plan fused", "im2col separate");
    assertThat(rows)
        .hasSize(10)
        .allSatisfy(row -> assertPositive(row, "ratio_to_im2col"))
        .allSatisfy(row -> assertThat(row.path("ratio_to_plain").isNull()).isTrue());
  }

  @Test
  void growth() throws IOException {
    List<JsonNode> rows = rows("what=growth");
    assertThat(rows).extracting(row -> row.path("order").textValue()).isEqualTo(ORDERS);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.path("steps").intValue()).isEqualTo(2))
        .allSatisfy(row -> assertPositive(row, "rss_start_mb", "rss_end_mb", "peak_rss_mb"))
        .allSatisfy(
            row ->
                assertThat(row.path("growth_mb").doubleValue())
                    .isEqualTo(
                        row.path("rss_end_mb").doubleValue()
                            - row.path("rss_start_mb").doubleValue()));
  }

  @Test
  void precision() throws IOException {
    List<JsonNode> rows =
        rows("what=precision", "bench.orders=gilbert/0", "model.normalization=none");
    assertThat(rows)
        .extracting(row -> row.path("precision").textValue())
        .containsExactly("float32", "bfloat16");
    assertThat(rows).allSatisfy(row -> assertPositive(row, "gradient_error", "peak_rss_mb"));
    // Positional norm of so few channels would blow rounding up. float32 has 24 bits of precision,
    // bfloat16 has 8; sums lose some of either.
    assertThat(rows.get(0).path("gradient_error").doubleValue()).isLessThan(1e-5);
    assertThat(rows.get(1).path("gradient_error").doubleValue()).isBetween(1e-4, 0.3);
    assertThat(out.text()).contains("tf32 is left out: it exists on GPUs only");
  }

  private List<JsonNode> read() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("rows.jsonl"))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  @Test
  void samples() throws IOException {
    Bench.run(config("what=sample"), out);
    List<JsonNode> rows = read();
    assertThat(rows)
        .extracting(row -> row.path("order").textValue() + " " + row.path("variant").textValue())
        .isEqualTo(
            ORDERS.stream()
                .flatMap(order -> Stream.of(order + " incremental", order + " full_forward"))
                .toList());
    for (int i = 0; i < rows.size(); i += 2) {
      JsonNode incremental = rows.get(i);
      JsonNode full = rows.get(i + 1);
      assertPositive(incremental, "median_ms", "forward_passes", "ratio_to_full_forward");
      assertThat(full.path("forward_passes").doubleValue()).isCloseTo(16, within(1e-9));
      assertThat(full.path("ratio_to_full_forward").doubleValue()).isCloseTo(1, within(1e-9));
      assertThat(incremental.path("ratio_to_full_forward").doubleValue())
          .isCloseTo(
              full.path("median_ms").doubleValue() / incremental.path("median_ms").doubleValue(),
              within(1e-9));
    }
    assertThat(out.text()).contains("sample F=2 R=1, order gilbert/0, 2x1x4x4").contains("x full");
  }

  @Test
  void scoringJobs() throws IOException {
    JobConfig config = config("what=nll", "bench.images=5", "bench.orders=[raster/0, gilbert/0]");
    Setup setup = Setup.of(config);
    Bench.run(config, setup, new NllJobs(TestSpark.session(), config, setup, folder, out), out);
    List<JsonNode> rows = read();
    assertThat(rows)
        .extracting(row -> row.path("variant").textValue())
        .containsExactly("job", "loop");
    assertThat(rows)
        .allSatisfy(row -> assertPositive(row, "median_ms", "images_per_second", "ratio_to_loop"))
        .allSatisfy(row -> assertThat(row.path("images").intValue()).isEqualTo(5))
        .allSatisfy(
            row -> assertThat(row.path("order").textValue()).isEqualTo("raster/0,gilbert/0"));
    // The job did score the table.
    assertThat(TestSpark.session().read().parquet(folder.resolve("nll").toString()).count())
        .isEqualTo(5 * 3);
  }

  @Test
  void aWayThatIsSlowIsRepeatedLess() throws IOException {
    List<JsonNode> rows =
        rows(
            "what=layer",
            "bench.orders=raster",
            "bench.variants=im2col",
            "bench.repetitions=9",
            "bench.seconds=1e-9");
    assertThat(rows).allSatisfy(row -> assertThat(row.path("repetitions").intValue()).isEqualTo(3));
  }

  @Test
  void aFileThatCannotBeWrittenIsRefusedBeforeAnythingRuns() {
    assertRefused("out=" + folder, "out=" + folder + " is a folder; ");
    Path nowhere = folder.resolve("no/rows.jsonl");
    assertRefused(
        "out=" + nowhere,
        "out=" + nowhere + " cannot be written; name a file in a folder that is there");
    assertThat(nowhere.getParent()).doesNotExist();
  }

  @Test
  void whatTheMachineOrTheModelCannotDoIsRefusedBeforeTheFileIsMade() {
    assertRefused("device=gpu", "device=gpu, but libtorch sees no GPU");
    assertRefused("bench.image=4x4x3", "model.likelihood=bernoulli is for one channel");
    assertThat(folder.resolve("rows.jsonl")).doesNotExist();
  }

  private void assertRefused(String word, String message) {
    JobConfig config = config(word);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Bench.run(config, out))
        .withMessageStartingWith(message);
    assertThat(out.text()).isEmpty();
  }
}
