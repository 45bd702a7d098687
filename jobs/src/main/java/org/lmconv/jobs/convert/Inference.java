package org.lmconv.jobs.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.convert.Import.Imported;
import org.lmconv.jobs.format.NamedTensors;
import org.lmconv.model.ImageShape;

/**
 * Tells from the names and shapes of tensors what network they are of. What these do not say, the
 * arguments of the authors' program do; where both do and differ, the tensors are right.
 */
final class Inference {
  private static final Pattern FIRST_LEVEL =
      Pattern.compile("up_layers\\.0\\.u_stream\\.(\\d{1,3})\\..*");
  private static final String FIRST = "u_init.";
  private static final String LAST = "nin_out.lin_a.weight_v";

  private final NamedTensors tensors;
  private final PythonDict arguments;
  private final boolean weightNorm;
  private final List<Long> first; // [F, C + 1, k, k]
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @throws UserError if it is no network of this kind
   */
  Inference(NamedTensors tensors, PythonDict arguments) {
    this.tensors = tensors;
    this.arguments = arguments;
    this.weightNorm = has(FIRST + "weight_g");
    this.first = shape(FIRST + (weightNorm ? "weight_v" : "weight"), 4);
    network();
    normalization();
    likelihood();
  }

  /** The keys "model.*" of the network. */
  Map<String, Object> keys() {
    return keys;
  }

  /** What the user should know. */
  List<String> notes() {
    return notes;
  }

  void note(String note) {
    notes.add(note);
  }

  /**
   * What is known of the file now.
   *
   * @param more keys beside those of the network
   */
  Imported imported(String origin, Map<String, ?> more, ImageShape image, Imported.Loader loader) {
    JobConfig told = ConfigLoader.defaults().with(keys).with(more);
    return new Imported(origin, told, image, notes, loader);
  }

  /** What to take the shape of the images for where nothing says it. */
  ImageShape imageOfUnknownSize() {
    int channels = channels();
    if (channels != 1 && channels != 3) {
      throw new UserError(
          "%s is for images of %d channels; LMConv has images of 1 or 3"
              .formatted(tensors.file(), channels));
    }
    ImageShape assumed = channels == 1 ? new ImageShape(1, 28, 28) : new ImageShape(3, 32, 32);
    notes.add(
        "the file does not say the size of its images; taken to be %s, which matters to train only"
            .formatted(assumed));
    return assumed;
  }

  private boolean has(String name) {
    return tensors.shapes().containsKey(name);
  }

  private List<Long> shape(String name, int sides) {
    List<Long> shape = tensors.shapes().get(name);
    if (shape == null || shape.size() != sides) {
      throw new UserError(
          "%s has no tensor %s of %d sides, so it is of another network; import reads those of LMConv"
              .formatted(tensors.file(), name, sides));
    }
    return shape;
  }

  /** Channels of the images: the network adds one to them. */
  int channels() {
    return (int) Math.min(first.get(1) - 1, Integer.MAX_VALUE);
  }

  private void network() {
    keys.put("model.filters", first.get(0));
    keys.put("model.resnets", resnets());
    keys.put("model.kernel", first.get(3));
    keys.put(
        "model.dilation", arguments.whole("max_dilation").orElseGet(() -> assumed("dilation", 2L)));
    keys.put("model.bias", has(FIRST + "bias"));
    keys.put("model.mask-weight", has(FIRST + "mask_weight"));
    keys.put("model.dropout", arguments.number("dropout_prob").orElse(0.0));
  }

  private long resnets() {
    long last = -1;
    for (String name : tensors.shapes().keySet()) {
      Matcher level = FIRST_LEVEL.matcher(name);
      last = level.matches() ? Math.max(last, Long.parseLong(level.group(1))) : last;
    }
    return last + 1;
  }

  private <T> T assumed(String key, T value) {
    notes.add(
        "the file does not say model.%s; taken to be %s, else give model.%s="
            .formatted(key, value, key));
    return value;
  }

  private void normalization() {
    String said = arguments.text("normalization").orElse("");
    String told = weightNorm ? weightNormed(said) : unnormed(said);
    if (!said.isEmpty() && !said.equals(told)) {
      notes.add("args say normalization=%s, the tensors are of %s".formatted(said, told));
    }
    keys.put("model.normalization", told);
  }

  private String weightNormed(String said) {
    return switch (said) {
      case "pono" -> "weight_norm+pono";
      case "weight_norm", "none" -> "weight_norm";
      case "" -> assumed("normalization", "weight_norm");
      default ->
          throw new UserError(
              "%s has weight norm and normalization=%s, which no network here has; it cannot be imported"
                  .formatted(tensors.file(), said));
    };
  }

  private String unnormed(String said) {
    return switch (said) {
      case "pono", "order_rescale", "none" -> said;
      case "weight_norm" -> "none";
      default -> assumed("normalization", "pono");
    };
  }

  private void likelihood() {
    long logits = shape(LAST, 2).get(0);
    if (channels() == 1 && logits == 2) {
      keys.put("model.likelihood", "bernoulli");
      return;
    }
    int each = channels() == 1 ? 3 : 10; // logits of a component
    if (logits % each != 0) {
      throw new UserError(
          "%s has %d logits for %d channels, which are of no likelihood of LMConv; it cannot be imported"
              .formatted(tensors.file(), logits, channels()));
    }
    keys.put("model.likelihood", "logistic_mixture");
    keys.put("model.mixtures", logits / each);
    // The authors' loss for one channel knows 8 bits only.
    long bits = channels() == 1 ? 8 : arguments.whole("n_bits").orElse(8L);
    keys.put("model.bits", bits);
    // What the weights were trained with; at 8 bits it is the exact one.
    keys.put("model.tail", bits == 8 ? "exact" : "published");
  }
}
