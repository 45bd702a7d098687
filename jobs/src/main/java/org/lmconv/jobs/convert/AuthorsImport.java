package org.lmconv.jobs.convert;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmconv.jobs.format.PthFile;
import org.lmconv.model.ImageShape;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;
import org.lmconv.model.train.InnerState;
import org.lmconv.model.train.TrainingState;

/** Understands a checkpoint of the paper's authors. */
final class AuthorsImport {
  private final PthFile pth;
  private final AuthorsFile file;
  private final Arguments arguments;
  private final Optional<AuthorsOptimiser> optimiser;
  private final Inference inference;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param name of the file, for messages
   * @throws org.lmconv.jobs.UserError if it is of another network, or of none
   */
  AuthorsImport(PthFile pth, String name) {
    this.pth = pth;
    this.file = new AuthorsFile(pth, name);
    this.arguments = file.arguments();
    this.optimiser =
        file.part(AuthorsFile.OPTIMISER).isEmpty()
            ? Optional.empty()
            : Optional.of(new AuthorsOptimiser(pth, name, file.part(AuthorsFile.OPTIMISER)));
    this.inference = new Inference(file.parameters(), arguments);
  }

  Imported read() {
    Map<String, Object> keys = new LinkedHashMap<>();
    ImageShape image = file.image(inference.channels()).orElseGet(inference::imageOfUnknownSize);
    notes.addAll(inference.notes());
    orders(keys);
    training(keys);
    keys.put("data", ""); // the file does not say where its images are
    if (!file.part(AuthorsFile.EMA).isEmpty()) {
      notes.add(
          "ema_state_dict is left out: main.py averages its first tensor only, and never scores"
              + " with it");
    }
    return new Imported(
        "a checkpoint of the paper's authors", inference.config(keys), image, notes, this::load);
  }

  private void orders(Map<String, Object> keys) {
    AuthorsOrders.of(arguments)
        .ifPresentOrElse(
            orders -> keys.put("orders", orders),
            () ->
                notes.add(
                    "the orders of training are unknown (order=%s); taken to be s_curve/*, else give orders="
                        .formatted(arguments.list("order"))));
  }

  /** One round is a step of one worker, at a constant rate, as it was there. */
  private void training(Map<String, Object> keys) {
    Arguments adam = optimiser.map(AuthorsOptimiser::settings).orElse(Arguments.NONE);
    keys.put("train.workers", 1);
    keys.put("train.local-steps", 1);
    keys.put("train.warmup-images", 0);
    keys.put("train.decay-share", 0);
    keys.put("train.batch-size", batch());
    // The one of the optimiser has been lowered since.
    adam.number("lr")
        .or(() -> arguments.number("lr"))
        .filter(rate -> rate > 0)
        .ifPresent(rate -> keys.put("train.learning-rate", rate));
    List<Double> betas = adam.numbers("betas");
    if (betas.size() == 2) {
      keys.put("train.beta1", betas.get(0));
      keys.put("train.beta2", betas.get(1));
    }
    adam.number("eps").ifPresent(epsilon -> keys.put("train.epsilon", epsilon));
    adam.number("weight_decay").ifPresent(decay -> keys.put("train.weight-decay", decay));
    arguments.number("clip").ifPresent(clip -> keys.put("train.clip", Math.max(0, clip)));
    keys.put("train.rounds", Math.max(1, steps()));
  }

  /** Images of a step. */
  private long batch() {
    long batch = arguments.whole("batch_size").filter(size -> size > 0).orElse(32L);
    return batch * arguments.whole("accum_freq").filter(often -> often > 0).orElse(1L);
  }

  private long steps() {
    return file.number("global_step").filter(steps -> steps >= 0).orElse(0L);
  }

  private Imported.Tensors load(ParameterLayout layout) throws IOException {
    ParameterVector parameters = file.parameters().read(layout);
    Optional<AdamState> adam =
        optimiser.isPresent() ? optimiser.get().state(layout) : Optional.empty();
    InnerState inner =
        adam.<InnerState>map(InnerState.Shared::new).orElseGet(InnerState.Fresh::new);
    TrainingState state =
        new TrainingState(
            Math.toIntExact(Math.min(steps(), 999_999_999)),
            steps() * batch(),
            parameters,
            inner,
            Optional.empty(),
            Optional.empty());
    return new Imported.Tensors(
        state,
        worker -> {
          throw new IllegalStateException("the authors' program has no workers");
        });
  }
}
