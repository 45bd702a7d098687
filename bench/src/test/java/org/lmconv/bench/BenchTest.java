package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;

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

  private static final List<String> WAYS_OF_LINES =
      List.of("plan fused", "plain fused", "plan separate", "plain separate", "im2col separate");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  @TempDir private Path folder;

  private JobConfig config(String... words) {
    String to = "out=" + folder.resolve("rows.jsonl");
    List<String> all =
        Stream.of(Stream.of(TINY), Stream.of(to), Stream.of(words)).flatMap(each -> each).toList();
    return ConfigLoader.load(Optional.empty(), all, "bench", BenchKeys.class);
  }

  private List<JsonNode> rows(String... words) throws IOException {
    Bench.run(config(words), new PrintStream(printed, true, UTF_8));
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("rows.jsonl"))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    assertThat(rows).isNotEmpty().allSatisfy(BenchTest::assertTimed);
    return rows;
  }

  private static void assertTimed(JsonNode row) {
    assertTexts(row, "name", "what", "device");
    assertThat(values(List.of(row), "device")).containsExactly("cpu");
    assertThat(number(row, "threads")).isEqualTo(1);
    assertPositive(row, "median_ms", "min_ms", "p10_ms", "p90_ms", "repetitions");
    assertThat(number(row, "min_ms")).isLessThanOrEqualTo(number(row, "p10_ms"));
  }

  private static void assertTexts(JsonNode row, String... fields) {
    for (String field : fields) {
      assertThat(row.path(field).textValue()).as(field).isNotBlank();
    }
  }

  private static void assertPositive(JsonNode row, String... fields) {
    for (String field : fields) {
      assertThat(number(row, field)).as(field).isPositive().isFinite();
    }
  }

  private static void assertCompared(JsonNode row) {
    assertTexts(row, "variant", "style", "order", "shape", "precision");
    assertThat(row.path("recompute").isBoolean()).isTrue();
    for (String known : List.of("peak_rss_mb", "ratio_to_im2col", "ratio_to_plain")) {
      assertThat(row.has(known)).as(known).isTrue();
    }
  }

  private String printed() {
    return printed.toString(UTF_8);
  }

  private static List<String> values(List<JsonNode> rows, String field) {
    return rows.stream().map(row -> row.path(field).asText()).toList();
  }

  private static double number(JsonNode row, String field) {
    return row.path(field).doubleValue();
  }

  private static void assertEveryWayUnderEveryOrder(List<JsonNode> rows, String name) {
    for (String order : ORDERS) {
      List<String> ways =
          rows.stream()
              .filter(row -> row.path("name").textValue().equals(name))
              .filter(row -> row.path("order").textValue().equals(order))
              .map(row -> row.path("variant").textValue() + " " + row.path("style").textValue())
              .toList();
      boolean lines = order.matches("s_curve/\\d");
      assertThat(ways)
          .as(order)
          .isEqualTo(
              WAYS_OF_LINES.stream().filter(way -> lines || !way.equals("plan separate")).toList());
    }
  }

  @Test
  void aLayerForwardAndBackward() throws IOException {
    List<JsonNode> rows = rows("what=layer");
    assertEveryWayUnderEveryOrder(rows, "layer 4-2 forward");
    assertEveryWayUnderEveryOrder(rows, "layer 4-2 forward+backward");
    assertThat(rows)
        .hasSize(36)
        .allSatisfy(BenchTest::assertCompared)
        .allSatisfy(row -> assertPositive(row, "ratio_to_im2col", "ratio_to_plain"))
        .allSatisfy(row -> assertThat(row.path("peak_rss_mb").isNull()).isTrue());
    assertThat(values(rows, "shape")).containsOnly("2x4x4x4");
    assertThat(values(rows, "repetitions")).containsOnly("2");
  }

  @Test
  void aTrainingStep() throws IOException {
    List<JsonNode> rows = rows("what=step", "precision=bfloat16");
    assertEveryWayUnderEveryOrder(rows, "step F=2 R=1");
    assertThat(rows)
        .allSatisfy(BenchTest::assertCompared)
        .allSatisfy(
            row ->
                assertThat(row.path("precision").textValue())
                    .isEqualTo(
                        row.path("style").textValue().equals("fused") ? "bfloat16" : "float32"));
    assertThat(printed())
        .contains("1/4  step F=2 R=1, order s_curve/0, 2x1x4x4: warm-up 1/1 of plan fused\n")
        .contains("step F=2 R=1, order s_curve/0+center, 2x1x4x4\n")
        .contains("ratio_to_im2col")
        .contains("again: bin/lmconv bench out=")
        .contains(" what=step ");
  }

  @Test
  void comparesTheMediansThatWereMeasured() throws IOException {
    List<JsonNode> rows =
        rows("what=scoring", "bench.variants=[im2col, plan]", "bench.orders=gilbert/0");
    assertThat(values(rows, "variant")).containsExactly("plan", "im2col");
    double ratio = number(rows.get(1), "median_ms") / number(rows.get(0), "median_ms");
    assertThat(number(rows.get(0), "ratio_to_im2col")).isCloseTo(ratio, within(1e-9));
    assertThat(rows).allSatisfy(row -> assertThat(row.path("ratio_to_plain").isNull()).isTrue());
    assertThat(Ways.Comparison.of(300.0, 8, 40.0, 5.0))
        .isEqualTo(new Ways.Comparison(300.0, 5.0, 1.6));
  }

  @Test
  void growth() throws IOException {
    List<JsonNode> rows = rows("what=growth", "bench.orders=[s_curve/0, gilbert/0]");
    assertThat(values(rows, "order")).containsExactly("s_curve/0", "gilbert/0");
    assertThat(values(rows, "steps")).containsOnly("2");
    for (JsonNode row : rows) {
      assertCompared(row);
      assertThat(row.path("growth_mb").isNumber()).isTrue();
      // A JVM with libtorch takes more than 100 MB, and no process more than its peak.
      assertThat(number(row, "rss_start_mb")).isBetween(100.0, number(row, "peak_rss_mb"));
    }
    assertThat(Growth.Grown.of(9, 100.0, 103.5)).isEqualTo(new Growth.Grown(9, 100.0, 103.5, 3.5));
    assertThat(Growth.Grown.of(9, null, null).growthMb()).isNull();
  }

  @Test
  void precision() throws IOException {
    List<JsonNode> rows =
        rows("what=precision", "bench.orders=gilbert/0", "model.normalization=none");
    assertThat(values(rows, "precision")).containsExactly("float32", "bfloat16");
    assertThat(rows)
        .allSatisfy(BenchTest::assertCompared)
        .allSatisfy(row -> assertPositive(row, "gradient_error", "peak_rss_mb"));
    // Positional norm of so few channels would blow rounding up. float32 has 24 bits of precision,
    // bfloat16 has 8; sums lose some of either.
    assertThat(number(rows.get(0), "gradient_error")).isLessThan(1e-5);
    assertThat(number(rows.get(1), "gradient_error")).isBetween(1e-4, 0.3);
    assertThat(printed()).contains("tf32 is left out: it exists on GPUs only");
    assertThat(Precisions.error(new float[] {1, -3, 0}, new float[] {1, -4, 0.5f})).isEqualTo(0.25);
  }

  @Test
  void samples() throws IOException {
    List<JsonNode> rows = rows("what=sample", "bench.orders=[s_curve/4, gilbert/0]");
    assertThat(values(rows, "order"))
        .containsExactly("s_curve/4", "s_curve/4", "gilbert/0", "gilbert/0");
    for (int i = 0; i < rows.size(); i += 2) {
      JsonNode kept = rows.get(i);
      JsonNode full = rows.get(i + 1);
      assertThat(values(List.of(kept, full), "variant"))
          .containsExactly("incremental", "full_forward");
      assertPositive(kept, "median_ms", "forward_passes", "ratio_to_full_forward");
      assertThat(number(full, "forward_passes")).isCloseTo(16, within(1e-9));
      assertThat(number(full, "ratio_to_full_forward")).isCloseTo(1, within(1e-9));
      double ratio = number(full, "median_ms") / number(kept, "median_ms");
      assertThat(number(kept, "ratio_to_full_forward")).isCloseTo(ratio, within(1e-9));
    }
    assertThat(printed()).contains("sample F=2 R=1, order gilbert/0, 2x1x4x4\n");
  }

  @Test
  void scoringJobs() throws IOException {
    List<JsonNode> rows = rows("what=nll", "bench.images=5", "bench.orders=[raster/0, gilbert/0]");
    assertThat(values(rows, "variant")).containsExactly("job", "loop");
    rows.forEach(row -> assertPositive(row, "images_per_second", "ratio_to_loop"));
    assertThat(values(rows, "images")).containsOnly("5");
    assertThat(values(rows, "order")).containsOnly("raster/0,gilbert/0");
  }

  @Test
  void roundsOfEveryNumberOfWorkersWithEverySize() throws IOException {
    List<JsonNode> rows =
        rows("what=round", "bench.rounds=3", "bench.workers=[3, 1]", "train.transport=bfloat16");
    assertThat(values(rows, "workers")).containsExactly("1", "1", "1", "3", "3", "3");
    int most = Setup.of(config()).model().newNetwork().layout().size();
    assertThat(rows)
        .extracting(row -> row.get("parameters").intValue())
        .startsWith((most + 9) / 10, (most + 3) / 4, most);
    rows.forEach(BenchTest::assertRound);
    assertThat(values(rows, "name")).containsOnly("round");
    assertThat(values(rows, "exchange")).containsOnly("direct");
    assertThat(values(rows, "transport")).containsOnly("bfloat16");
    assertThat(values(rows, "master")).containsOnly("local[3]");
    assertThat(values(rows, "repetitions")).containsOnly("3");
    assertThat(printed())
        .contains("rounds on local[3]: the workers are threads of one process")
        .contains("round, transport bfloat16\n");
  }

  private static void assertRound(JsonNode row) {
    long all = 4L * row.get("workers").intValue() * row.get("parameters").intValue();
    assertThat(row.get("bytes_down").longValue()).isEqualTo(all);
    assertThat(row.get("bytes_up").longValue()).isEqualTo(all / 2);
    assertThat(row.get("driver_bytes").longValue()).isEqualTo(all / 2);
    assertPositive(row, "broadcast_ms", "exchange_ms", "update_ms");
  }

  @Test
  void roundsThatTheMasterCannotRunAreLeftOut() throws IOException {
    System.setProperty("spark.master", "local[2]");
    try {
      assertThat(values(rows("what=round", "bench.rounds=2", "bench.workers=[2, 3, 4]"), "workers"))
          .containsExactly("2", "2", "2");
      assertThat(printed())
          .contains("3 workers are left out: bench.workers=3, but spark.master=local[2] runs fewer")
          .contains("4 workers are left out: ");
      assertThatExceptionOfType(UserError.class)
          .isThrownBy(() -> rows("what=round", "bench.workers=5"))
          .withMessageStartingWith("bench.workers=5, but spark.master=local[2] runs fewer at once");
    } finally {
      System.clearProperty("spark.master");
    }
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
    assertThat(values(rows, "repetitions")).containsExactly("3", "3");
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingRuns() {
    assertRefused("out=" + folder, "out=" + folder + " is a folder; ");
    Path nowhere = folder.resolve("no/rows.jsonl");
    assertRefused(
        "out=" + nowhere,
        "out=" + nowhere + " cannot be written; name a file in a folder that is there");
    assertThat(nowhere.getParent()).doesNotExist();
    assertRefused("device=gpu", "device=gpu, but libtorch sees no GPU");
    assertRefused("bench.image=4x4x3", "model.likelihood=bernoulli is for one channel");
    assertThat(folder.resolve("rows.jsonl")).doesNotExist();
  }

  private void assertRefused(String word, String message) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> rows(word))
        .withMessageStartingWith(message);
    assertThat(printed()).isEmpty();
  }
}
