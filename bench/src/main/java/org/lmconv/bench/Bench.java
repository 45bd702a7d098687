package org.lmconv.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.lmconv.bench.BenchKeys.What;
import org.lmconv.jobs.LmConv;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.session.SparkSessions;

/**
 * The command {@code bench}: measures how fast this machine computes, at what memory, and what
 * rounds cost beside that.
 */
public final class Bench {
  private static final String FILE = "bench.jsonl";
  private static final double SECONDS_BETWEEN_LINES = 5;

  private final PrintStream out;
  private long lastLine;

  private Bench(PrintStream out) {
    this.out = out;
  }

  /** The command line of LMConv, with this command. */
  public static void main(String[] args) {
    LmConv.main(args, BenchKeys.class, Bench::run);
  }

  /**
   * Measures, writes and prints.
   *
   * @throws org.lmconv.jobs.base.UserError if there is no such device, or the file cannot be
   *     written
   */
  static void run(JobConfig config, PrintStream out) throws IOException {
    Setup setup = Setup.of(config);
    setup.useThreads();
    String file = config.as(BenchKeys.class).out();
    try (Rows rows = Rows.create(file.isEmpty() ? FILE : file);
        SparkSession spark = session(config, setup)) {
      List<Question> questions = questions(config, setup, spark, out);
      Bench bench = new Bench(out);
      for (int number = 0; number < questions.size(); number++) {
        Question question = questions.get(number);
        String title = "%d/%d  %s: ".formatted(number + 1, questions.size(), question.title());
        List<ObjectNode> answer =
            answer(question, setup.interleaved(), doing -> bench.tell(title + doing));
        for (ObjectNode row : answer) {
          rows.write(row);
        }
        Rows.print(question.title(), answer, out);
      }
      out.printf("%s; rows are in %s%n", setup.machine(), rows.path());
      out.printf("again: bin/lmconv bench %s%n", String.join(" ", config.words(BenchKeys.class)));
    }
  }

  /** Spark, where it takes part; else null. */
  private static SparkSession session(JobConfig config, Setup setup) {
    return switch (setup.asked()) {
      case NLL -> SparkSessions.forTasks("lmconv bench", config);
      case ROUND -> SparkSessions.forRounds("lmconv bench", setup.bench().mostWorkers());
      default -> null;
    };
  }

  private static List<Question> questions(
      JobConfig config, Setup setup, SparkSession spark, PrintStream out) {
    ChildProcess child = new ChildProcess(config, setup);
    if (setup.asked() == What.PRECISION && !setup.device().isGpu()) {
      out.println("tf32 is left out: it exists on GPUs only, and this is a CPU");
    }
    return switch (setup.asked()) {
      case LAYER, STEP, SCORING -> Ways.of(setup, child, out);
      case GROWTH -> ofOrders(setup, number -> new Growth(setup, child, number));
      case PRECISION -> ofOrders(setup, number -> new Precisions(setup, child, number));
      case SAMPLE -> ofOrders(setup, number -> new Samples(setup, setup.order(number)));
      case NLL -> List.of(new NllJobs(spark, config, setup));
      case ROUND -> List.of(new Rounds(spark, config, setup, out));
    };
  }

  /** A question for each order. */
  private static List<Question> ofOrders(Setup setup, IntFunction<Question> question) {
    return IntStream.range(0, setup.bench().orderSet().size()).mapToObj(question).toList();
  }

  private static List<ObjectNode> answer(
      Question question, Interleaved interleaved, Consumer<String> progress) throws IOException {
    List<Times> times;
    try (question) {
      times = interleaved.measure(question.turns(), progress);
    }
    return question.rows(times, progress);
  }

  /** Tells what is being measured, in a line every few seconds. */
  private void tell(String line) {
    if (lastLine == 0 || (System.nanoTime() - lastLine) / 1e9 >= SECONDS_BETWEEN_LINES) {
      out.println(line);
      lastLine = System.nanoTime();
    }
  }
}
