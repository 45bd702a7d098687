package org.lmconv.jobs.convert;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.convert.Import.Imported;
import org.lmconv.jobs.format.NamedTensors;
import org.lmconv.jobs.format.PthFile;
import org.lmconv.jobs.format.TensorRef;
import org.lmconv.jobs.run.NewRun;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.ImageShape;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;

/** Understands a checkpoint as the authors' {@code main.py} saves it: a dict of dicts. */
final class AuthorsImport {
  private static final String MODEL = "model_state_dict";
  private static final String OPTIMISER = "optimizer_state_dict";
  private static final String EMA = "ema_state_dict";
  private static final Pattern TEST_LOSS =
      Pattern.compile("test_loss_(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");

  /** What DataParallel of PyTorch puts in front of each name. */
  private static final String WRAPPED = "module.";

  /** Pixel orders of the authors, in our words. */
  private static final Map<String, String> ORDERS =
      Map.of(
          "raster_scan",
          "raster",
          "s_curve",
          "s_curve",
          "hilbert",
          "hilbert",
          "gilbert2d",
          "gilbert");

  private final PthFile pth;
  private final String file;
  private final PythonDict root;
  private final PythonDict arguments;
  private final AuthorsOptimiser optimiser;
  private final NamedTensors parameters;
  private final Inference inference;

  /**
   * @param file name of the file, for messages
   * @throws UserError if it is of another network, or of none
   */
  AuthorsImport(PthFile pth, String file) {
    this.pth = pth;
    this.file = file;
    if (!(pth.root() instanceof Map<?, ?> dict) || !(dict.get(MODEL) instanceof Map<?, ?>)) {
      throw new UserError(
          "%s has no dict %s, so main.py of LMConv did not write it; name another file"
              .formatted(file, MODEL));
    }
    this.root = new PythonDict(dict);
    this.arguments = root.dict("args");
    this.optimiser = new AuthorsOptimiser(pth, file, root.dict(OPTIMISER));
    this.parameters = parameters();
    this.inference = new Inference(parameters, arguments);
  }

  private NamedTensors parameters() {
    Map<String, TensorRef> refs = new LinkedHashMap<>();
    root.dict(MODEL)
        .values()
        .forEach(
            (key, value) -> {
              if (!(value instanceof TensorRef tensor)) {
                throw new UserError(
                    "%s of %s is no tensor; it cannot be imported".formatted(key, file));
              }
              String name = key.toString();
              String plain = name.startsWith(WRAPPED) ? name.substring(WRAPPED.length()) : name;
              refs.put(plain, tensor);
            });
    return pth.tensors(file, refs);
  }

  Imported read() {
    Map<String, Object> keys = new LinkedHashMap<>();
    ImageShape image = image().orElseGet(inference::imageOfUnknownSize);
    orders(keys);
    training(keys);
    keys.put("data", ""); // the file does not say where its images are
    if (!root.dict(EMA).values().isEmpty()) {
      inference.note(
          "ema_state_dict is left out: main.py averages its first tensor only, and never scores"
              + " with it");
    }
    return inference.imported("a checkpoint of the paper's authors", keys, image, this::load);
  }

  /** main.py has it in the name of the test loss; its options tell the size of square images. */
  private Optional<ImageShape> image() {
    int channels = inference.channels();
    if (channels != 1 && channels != 3) {
      return Optional.empty();
    }
    for (Object key : root.values().keySet()) {
      Matcher loss = TEST_LOSS.matcher(key.toString());
      if (loss.matches() && Integer.parseInt(loss.group(1)) == channels) {
        int height = Integer.parseInt(loss.group(2));
        int width = Integer.parseInt(loss.group(3));
        if (height > 0 && width > 0) {
          return Optional.of(new ImageShape(channels, height, width));
        }
      }
    }
    return arguments.list("resize_sizes").stream()
        .filter(side -> side instanceof Long size && size > 0 && size < 1 << 15)
        .map(side -> ((Long) side).intValue())
        .map(side -> new ImageShape(channels, side, side))
        .findFirst();
  }

  private void orders(Map<String, Object> keys) {
    List<?> orders = arguments.list("order");
    // Text first: a list that holds itself has no hash.
    List<?> told = orders.stream().filter(String.class::isInstance).toList();
    if (!orders.isEmpty() && told.size() == orders.size() && ORDERS.keySet().containsAll(told)) {
      keys.put("orders", told.stream().map(name -> ORDERS.get(name) + "/" + variant()).toList());
      return;
    }
    inference.note(
        "the orders of training are unknown (order=%s); taken to be s_curve/*, else give orders="
            .formatted(told));
  }

  /** All with --randomize_order, else one; both programs number the variants alike. */
  private String variant() {
    if (arguments.flag("randomize_order")) {
      return "*";
    }
    int variant =
        (arguments.flag("base_order_reflect_rows") ? 1 : 0)
            + (arguments.flag("base_order_reflect_cols") ? 2 : 0)
            + (arguments.flag("base_order_transpose") ? 4 : 0);
    return String.valueOf(variant);
  }

  /** One round is an update of one worker, at a constant rate, as it was there. */
  private void training(Map<String, Object> keys) {
    PythonDict adam = optimiser.settings();
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
    keys.put("train.rounds", Math.max(1, updates()));
  }

  /** Images of an update. */
  private long batch() {
    long batch = arguments.whole("batch_size").filter(size -> size > 0).orElse(32L);
    return batch * arguments.whole("accum_freq").filter(often -> often > 0).orElse(1L);
  }

  private long updates() {
    return root.whole("global_step").filter(steps -> steps >= 0).orElse(0L);
  }

  private Imported.Tensors load(ParameterLayout layout) throws IOException {
    int round = (int) Math.min(updates(), Import.MOST_ROUNDS);
    ParameterVector vector = parameters.read(layout);
    return new Imported.Tensors(
        TrainingState.of(round, updates() * batch(), vector, optimiser.state(layout)),
        NewRun.NO_WORKERS);
  }
}
