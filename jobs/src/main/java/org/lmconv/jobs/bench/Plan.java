package org.lmconv.jobs.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.JobConfig;

/**
 * The command {@code plan}: measures what a round costs beside training, predicts the share of it
 * in which workers train, and advises how many local steps a round should have.
 */
public final class Plan {
  private Plan() {}

  /**
   * Measures and prints.
   *
   * @throws UserError if there is no such device, or the cluster cannot run two numbers of workers
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    Overheads.requireEnough(config.bench().workers());
    Setup setup = setup(config);
    setup.useThreads();
    StepTime step = stepTime(config, setup, out); // before Spark has threads of its own
    try (SparkSession spark = SparkSessions.forRounds("lmconv plan", setup.bench().mostWorkers())) {
      run(spark, config, step, out);
    }
  }

  private static Setup setup(JobConfig config) {
    return Setup.of(config.with(Map.of("bench.batch-size", config.train().batchSize())));
  }

  /** The time of a step, given or measured. */
  static StepTime stepTime(JobConfig config, Setup setup, PrintStream out) {
    double given = config.plan().stepSeconds();
    return given > 0
        ? StepTime.given(given)
        : StepTime.measure(setup, config.ordersOn(setup.model().image().grid()), out);
  }

  static void run(SparkSession spark, JobConfig config, StepTime step, PrintStream out)
      throws IOException {
    Setup setup = setup(config);
    Rounds rounds = new Rounds(spark, config, setup, out);
    List<RoundRow> rows = rounds.measure();
    Overheads overheads = new Overheads(rows);
    Network network =
        new Network(config.plan().gigabitsPerSecond(), config.train().exchange().transport());
    long parameters = setup.model().newNetwork().layout().size();
    double megabytes = RoundRow.megabytes(parameters);
    Prediction prediction = new Prediction(step, overheads, network, megabytes);
    out.printf("%,d parameters, %.2f MB of float32%n", parameters, megabytes);
    out.println(step.describe(config.train().batchSize()));
    out.println(network.describe(!rounds.inOneProcess()));
    new PlanTable(config.plan(), prediction).print(out);
    out.printf(
        "beside training a round costs %s; %s, %s; at %.2f MB the fit is off by %.0f %% at most%n",
        overheads.of(overheads.mostWorkers()).describe(),
        Machine.describe(setup),
        rounds.where(),
        megabytes,
        100 * overheads.worstError());
  }
}
