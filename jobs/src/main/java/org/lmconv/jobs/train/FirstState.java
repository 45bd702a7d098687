package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.conf.TrainConfig.Inner;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.run.WorkerParts;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * The state that a training begins with: that of the newest checkpoint of its run; or a new one,
 * whose parameters are random, or those of a checkpoint of the same network.
 */
final class FirstState {
  private static final String FIRST_LAYER = "u_init.";
  private static final String LAST_LAYER = "nin_out.";

  /** What must be the same for parameters to mean the same. */
  private static final List<String> NETWORK =
      List.of(
          "model.filters",
          "model.resnets",
          "model.kernel",
          "model.dilation",
          "model.normalization",
          "model.bias",
          "model.mask-weight");

  private final Configuration hadoop;
  private final JobConfig config;
  private final TrainKeys keys;
  private final ModelSpec model;
  private final ParameterLayout layout;
  private final PrintStream out;

  /**
   * @param out is told where parameters come from, if it is a checkpoint of another run
   */
  FirstState(Configuration hadoop, JobConfig config, ModelSpec model, PrintStream out) {
    this.hadoop = hadoop;
    this.config = config;
    this.keys = config.as(TrainKeys.class);
    this.model = model;
    this.layout = model.newNetwork().layout();
    this.out = out;
  }

  /**
   * The configuration of a run that starts from a checkpoint: its network is that of the checkpoint
   * where no other is given.
   *
   * @throws UserError if there is no such checkpoint
   */
  static JobConfig withNetwork(Configuration hadoop, JobConfig given) throws IOException {
    String from = given.as(TrainKeys.class).initFrom();
    return from.isEmpty()
        ? given
        : given.over(read(hadoop, from).config(), NETWORK.toArray(String[]::new));
  }

  private static Checkpoint read(Configuration hadoop, String from) throws IOException {
    try {
      return SavedModel.find(hadoop, from);
    } catch (IllegalArgumentException e) { // of a malformed path
      throw new UserError("init-from=%s cannot be read: %s".formatted(from, e.getMessage()), e);
    }
  }

  /**
   * The state.
   *
   * @param newest checkpoint of the run, if it has one
   * @throws UserError if a checkpoint is of other images or another network
   */
  TrainingState state(Optional<Checkpoint> newest) throws IOException {
    if (newest.isPresent()) {
      requireSameShape(newest.get());
      return withUsableOptimiser(newest.get());
    }
    ParameterVector parameters = parameters();
    Optional<ParameterVector> ema =
        keys.train().emaDecay() > 0 ? Optional.of(parameters) : Optional.empty();
    return new TrainingState(0, 0, parameters, new InnerState.Fresh(), Optional.empty(), ema);
  }

  private void requireSameShape(Checkpoint checkpoint) throws IOException {
    if (!checkpoint.model().equals(model)) {
      throw new UserError(
          "run=%s was trained on images of %s, the images of data=%s are %s; name another run=DIR"
              .formatted(
                  RunDirectory.at(hadoop, keys.run()).location(),
                  checkpoint.model().image(),
                  keys.data(),
                  model.image()));
    }
  }

  /** Optimisers that workers kept serve the same workers only; others go on from their mean. */
  private TrainingState withUsableOptimiser(Checkpoint checkpoint) throws IOException {
    TrainingState state = checkpoint.state();
    TrainConfig train = keys.train();
    boolean same =
        train.innerState() == Inner.LOCAL
            && train.localSteps(state.imagesSeen()) > 1
            && state.inner().equals(new InnerState.Own(state.inner().step(), train.workers()));
    if (same || !(state.inner() instanceof InnerState.Own own)) {
      return state;
    }
    AdamState mean = WorkerParts.mean(hadoop, checkpoint.directory(), layout, own);
    return new TrainingState(
        state.round(),
        state.imagesSeen(),
        state.parameters(),
        new InnerState.Shared(mean),
        state.outerMomentum(),
        state.ema());
  }

  /** Of a new run. */
  ParameterVector parameters() throws IOException {
    ParameterVector random = layout.draw(keys.seed());
    String from = keys.initFrom();
    return from.isEmpty() ? random : over(random, read(hadoop, from));
  }

  private ParameterVector over(ParameterVector random, Checkpoint source) {
    requireSameNetwork(source.config());
    List<String> fresh = freshLayers(source.model());
    ParameterLayout theirs = source.model().newNetwork().layout();
    int copied = 0;
    for (ParameterSpec spec : layout.specs()) {
      if (fresh.stream().noneMatch(spec.name()::startsWith)) {
        System.arraycopy(
            source.weights().values(),
            theirs.offset(spec.name()),
            random.values(),
            layout.offset(spec.name()),
            spec.size());
        copied++;
      }
    }
    tell(source, copied, fresh);
    return random;
  }

  private void requireSameNetwork(JobConfig source) {
    for (String key : NETWORK) {
      if (!source.valueOf(key).equals(config.valueOf(key))) {
        throw new UserError(
            "init-from=%s has %s=%s, this run %s; leave %s out, or start from another"
                .formatted(keys.initFrom(), key, source.valueOf(key), config.valueOf(key), key));
      }
    }
  }

  /** Prefixes of the layers whose parameters would mean something else. */
  private List<String> freshLayers(ModelSpec source) {
    List<String> fresh = new ArrayList<>();
    if (source.image().channels() != model.image().channels()) {
      fresh.add(FIRST_LAYER);
    }
    if (!sameLogits(source.likelihood(), model.likelihood())) {
      fresh.add(LAST_LAYER);
    }
    return fresh;
  }

  private static boolean sameLogits(PixelLikelihood one, PixelLikelihood other) {
    return one.getClass() == other.getClass()
        && one.channels() == other.channels()
        && one.logits() == other.logits();
  }

  private void tell(Checkpoint source, int copied, List<String> fresh) {
    out.printf(
        "starting from %s (round %d, %s): %d of %d tensors; %s%n",
        keys.initFrom(),
        source.state().round(),
        source.weightsName(),
        copied,
        layout.specs().size(),
        fresh.isEmpty()
            ? "none is fresh"
            : "fresh are the layers " + String.join(", ", fresh).replace(".", ""));
  }
}
