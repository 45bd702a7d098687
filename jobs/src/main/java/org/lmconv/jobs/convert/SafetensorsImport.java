package org.lmconv.jobs.convert;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.convert.Import.Imported;
import org.lmconv.jobs.format.NamedTensors;
import org.lmconv.jobs.format.Safetensors;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.NewRun;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.ImageShape;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/** Understands safetensors: those of {@link Export}, and bare parameters of others. */
final class SafetensorsImport {
  private final Safetensors file;
  private final String name; // for messages

  SafetensorsImport(Safetensors file, String name) {
    this.file = file;
    this.name = name;
  }

  Imported read() {
    return file.metadata().containsKey("lmconv.format") ? exported() : bare();
  }

  private Imported exported() {
    return new Imported(
        "exported at " + text("written") + " from run " + text("run-id"),
        ConfigLoader.ofText(text("config"), name),
        image(),
        List.of(),
        this::load);
  }

  private ImageShape image() {
    try {
      return new ImageShape(
          (int) number("channels"), (int) number("height"), (int) number("width"));
    } catch (IllegalArgumentException e) {
      throw damaged(e.getMessage());
    }
  }

  private String text(String key) {
    String text = file.metadata().get("lmconv." + key);
    if (text == null) {
      throw damaged("no lmconv.%s in its metadata".formatted(key));
    }
    return text;
  }

  private long number(String key) {
    try {
      return Long.parseUnsignedLong(text(key));
    } catch (NumberFormatException e) {
      throw damaged("lmconv.%s=%s in its metadata".formatted(key, text(key)));
    }
  }

  private UserError damaged(String what) {
    return new UserError("%s is damaged: it has %s; export it again".formatted(name, what));
  }

  private int workers() {
    return (int) Math.min(number("workers"), 1 << 16);
  }

  private Imported.Tensors load(ParameterLayout layout) throws IOException {
    long step = number("adam-step");
    TrainingState state =
        new TrainingState(
            (int) Math.min(number("round"), Import.MOST_ROUNDS),
            number("images-seen"),
            file.tensors(Export.PARAMETER, Export.others(workers())).read(layout),
            inner(layout, step),
            optional(Export.OUTER_MOMENTUM, layout),
            optional(Export.EMA, layout));
    return new Imported.Tensors(state, worker -> adam(Export.ofWorker(worker), layout, step));
  }

  private InnerState inner(ParameterLayout layout, long step) throws IOException {
    if (workers() > 0) {
      return new InnerState.Own(step, workers());
    }
    return step == 0
        ? new InnerState.Fresh()
        : new InnerState.Shared(adam(Export.ADAM, layout, step));
  }

  private AdamState adam(List<String> prefixes, ParameterLayout layout, long step)
      throws IOException {
    return new AdamState(
        step,
        file.tensors(prefixes.get(0), List.of()).read(layout),
        file.tensors(prefixes.get(1), List.of()).read(layout));
  }

  private Optional<ParameterVector> optional(String prefix, ParameterLayout layout)
      throws IOException {
    NamedTensors tensors = file.tensors(prefix, List.of());
    return tensors.shapes().isEmpty() ? Optional.empty() : Optional.of(tensors.read(layout));
  }

  /** Parameters alone, such as a model_state_dict that was saved as safetensors. */
  private Imported bare() {
    NamedTensors tensors = file.tensors(Export.PARAMETER, List.of());
    Inference inference = new Inference(tensors, PythonDict.EMPTY);
    return inference.imported(
        "parameters by another program",
        Map.of("data", ""),
        inference.imageOfUnknownSize(),
        layout ->
            new Imported.Tensors(
                TrainingState.of(0, 0, tensors.read(layout), new InnerState.Fresh()),
                NewRun.NO_WORKERS));
  }
}
