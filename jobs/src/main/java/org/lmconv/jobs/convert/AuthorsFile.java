package org.lmconv.jobs.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.format.PthFile;
import org.lmconv.jobs.format.TensorRef;
import org.lmconv.model.ImageShape;

/** A checkpoint as the authors' {@code main.py} saves it: a dict of dicts. */
final class AuthorsFile {
  static final String MODEL = "model_state_dict";
  static final String OPTIMISER = "optimizer_state_dict";
  static final String EMA = "ema_state_dict";

  private static final Pattern TEST_LOSS =
      Pattern.compile("test_loss_(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");

  /** What DataParallel of PyTorch puts in front of each name. */
  private static final String WRAPPED = "module.";

  private final PthFile pth;
  private final String file;
  private final Map<?, ?> root;

  /**
   * @param file name of the file, for messages
   * @throws UserError if it holds something else
   */
  AuthorsFile(PthFile pth, String file) {
    this.pth = pth;
    this.file = file;
    if (!(pth.root() instanceof Map<?, ?> root) || !(root.get(MODEL) instanceof Map<?, ?>)) {
      throw new UserError(
          "%s has no dict %s, so main.py of LMConv did not write it; name another file"
              .formatted(file, MODEL));
    }
    this.root = root;
  }

  /** A part; empty if it is missing. */
  Map<?, ?> part(String name) {
    return root.get(name) instanceof Map<?, ?> part ? part : Map.of();
  }

  Arguments arguments() {
    return new Arguments(part("args"));
  }

  /** A number at the top, such as "epoch". */
  Optional<Long> number(String name) {
    return new Arguments(root).whole(name);
  }

  /** The parameters. */
  NamedTensors parameters() {
    Map<String, TensorRef> refs = new LinkedHashMap<>();
    part(MODEL).forEach((name, value) -> refs.put(plain(name), tensor(name, value)));
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    refs.forEach((name, ref) -> shapes.put(name, ref.shape()));
    return new NamedTensors(file, shapes, name -> pth.floats(name, refs.get(name)));
  }

  private static String plain(Object name) {
    String text = name.toString();
    return text.startsWith(WRAPPED) ? text.substring(WRAPPED.length()) : text;
  }

  private TensorRef tensor(Object name, Object value) {
    if (value instanceof TensorRef tensor) {
      return tensor;
    }
    throw new UserError("%s of %s is no tensor; it cannot be imported".formatted(name, file));
  }

  /**
   * The shape of the images: main.py has it in the name of the test loss, and its options tell the
   * size of the square images too.
   */
  Optional<ImageShape> image(int channels) {
    if (channels != 1 && channels != 3) {
      return Optional.empty();
    }
    for (Object key : root.keySet()) {
      Matcher loss = TEST_LOSS.matcher(key.toString());
      if (loss.matches() && Integer.parseInt(loss.group(1)) == channels) {
        return Optional.of(
            new ImageShape(
                channels, Integer.parseInt(loss.group(2)), Integer.parseInt(loss.group(3))));
      }
    }
    return arguments().list("resize_sizes").stream()
        .filter(side -> side instanceof Long size && size > 0 && size < 1 << 15)
        .map(side -> ((Long) side).intValue())
        .map(side -> new ImageShape(channels, side, side))
        .findFirst();
  }
}
