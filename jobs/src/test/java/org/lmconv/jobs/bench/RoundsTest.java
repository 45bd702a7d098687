package org.lmconv.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

/** Rounds of tiny models in the session of the tests, which runs four tasks at once. */
class RoundsTest {
  private static final List<String> TINY =
      List.of(
          "device=cpu",
          "model.filters=2",
          "bench.image=4x4x1",
          "bench.threads=1",
          "bench.warmup=1");

  private final Printed out = new Printed();
  @TempDir private Path folder;

  private static JobConfig config(KeySet keys, String... words) {
    List<String> all = Stream.concat(TINY.stream(), Stream.of(words)).toList();
    return ConfigLoader.load(Optional.empty(), all, "test", keys);
  }

  private List<JsonNode> rows(String... words) throws IOException {
    Path file = folder.resolve("rows.jsonl");
    String[] all =
        Stream.concat(Stream.of("what=round", "bench.rounds=2", "out=" + file), Stream.of(words))
            .toArray(String[]::new);
    JobConfig config = config(KeySet.BENCH, all);
    Setup setup = Setup.of(config);
    Bench.run(config, setup, new Rounds(TestSpark.session(), config, setup, out), out);
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  private static int parameters(JobConfig config) {
    return Setup.of(config).model().newNetwork().layout().size();
  }

  @Test
  void everyNumberOfWorkersWithEverySize() throws IOException {
    List<JsonNode> rows = rows("bench.workers=[3, 1]");
    int most = parameters(config(KeySet.BENCH));
    assertThat(rows)
        .extracting(row -> row.get("workers").intValue())
        .containsExactly(1, 1, 1, 3, 3, 3);
    assertThat(rows)
        .extracting(row -> row.get("parameters").intValue())
        .startsWith((most + 9) / 10, (most + 3) / 4, most);
    assertThat(rows).allSatisfy(RoundsTest::assertPromised);
    assertThat(out.text())
        .contains("rounds on local[4]: the workers are threads of one process")
        .contains("round, transport float32\n")
        .contains("broadcast ms")
        .contains("again: bin/lmconv bench out=");
  }

  private static void assertPromised(JsonNode row) {
    long all = 4L * row.get("workers").intValue() * row.get("parameters").intValue();
    assertThat(row.get("bytes_down").longValue()).isEqualTo(all);
    assertThat(row.get("bytes_up").longValue()).isEqualTo(all);
    assertThat(row.get("driver_bytes").longValue()).isEqualTo(all);
    assertThat(row.get("repetitions").intValue()).isEqualTo(2);
    for (String part : List.of("median_ms", "min_ms", "p10_ms", "p90_ms")) {
      assertThat(row.get(part).doubleValue()).as(part).isPositive();
    }
    for (String part : List.of("broadcast_ms", "exchange_ms", "update_ms")) {
      assertThat(row.get(part).doubleValue()).as(part).isPositive();
    }
    assertThat(row.get("name").textValue()).isEqualTo("round");
    assertThat(row.get("exchange").textValue()).isEqualTo("direct");
    assertThat(row.get("transport").textValue()).isEqualTo("float32");
    assertThat(row.get("device").textValue()).isEqualTo("cpu");
    assertThat(row.get("threads").intValue()).isEqualTo(1);
    assertThat(row.get("master").textValue()).isEqualTo("local[4]");
  }

  @Test
  void leavesOutWhatTheMasterCannotRun() throws IOException {
    List<JsonNode> rows = rows("bench.workers=[2, 5, 6]", "train.transport=bfloat16");
    assertThat(rows).extracting(row -> row.get("workers").intValue()).containsExactly(2, 2, 2);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(row.get("bytes_up").longValue())
                    .isEqualTo(row.get("bytes_down").longValue() / 2));
    assertThat(out.text())
        .contains("5 workers are left out: bench.workers=5, but spark.master=local[4] runs fewer")
        .contains("6 workers are left out: ");
  }

  @Test
  void refusesWhenNothingIsLeft() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> rows("bench.workers=5"))
        .withMessage(
            "bench.workers=5, but spark.master=local[4] runs fewer at once; use --master local[5]");
  }

  @Test
  void planMeasuresAndAdvises() throws IOException {
    JobConfig config =
        config(
            KeySet.PLAN,
            "bench.rounds=2",
            "bench.repetitions=2",
            "bench.workers=[1, 2]",
            "train.batch-size=3",
            "plan.workers=[2, 7]");
    Setup setup = Setup.of(config);
    StepTime step = Plan.stepTime(config, setup, out);
    assertThat(step.seconds()).isPositive();
    assertThat(step.loadSeconds()).isPositive();
    Plan.run(TestSpark.session(), config, step, out);
    assertThat(out.text())
        .contains("a step of 3 images takes a worker ")
        .contains("no network is counted: for a cluster, set plan.gigabits-per-second")
        .contains("* extrapolated: at most 2 workers were measured\n")
        .containsPattern("\n +2  +[0-9.]+ ")
        .containsPattern("\n +7\\* +[0-9.]+ ")
        .contains("\nadvice: ")
        .containsPattern("beside training a round costs [0-9.]+ ms \\+ [0-9.]+ ms per worker");
  }

  @Test
  void planRefusesOneNumberOfWorkersBeforeItMeasures() {
    JobConfig config = config(KeySet.PLAN, "bench.workers=[3, 3]");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Plan.run(config, out))
        .withMessageStartingWith("bench.workers=[3]: plan needs two numbers of workers");
    assertThat(out.text()).isEmpty();
  }

  @Test
  void planTakesTheTimeOfAStepThatIsGiven() {
    JobConfig config = config(KeySet.PLAN, "plan.step-seconds=0.5");
    assertThat(Plan.stepTime(config, Setup.of(config), out)).isEqualTo(StepTime.given(0.5));
    assertThat(out.text()).isEmpty();
  }
}
