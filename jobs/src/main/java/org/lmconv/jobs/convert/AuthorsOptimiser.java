package org.lmconv.jobs.convert;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.format.PthFile;
import org.lmconv.jobs.format.TensorRef;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * PyTorch's Adam in a checkpoint: {@code {state: {id: {step, exp_avg, exp_avg_sq}}, param_groups:
 * [{params: [id, ...], lr, betas, eps, ...}]}}. The ids are in the order of the parameters; since
 * version 1.6 they are 0, 1, ..., before that addresses in memory.
 */
final class AuthorsOptimiser {
  private final PthFile pth;
  private final String file;
  private final Map<?, ?> state;
  private final PythonDict group;

  /**
   * @param optimiser may be empty
   * @throws UserError if it has more than one group of parameters
   */
  AuthorsOptimiser(PthFile pth, String file, PythonDict optimiser) {
    this.pth = pth;
    this.file = file;
    this.state = optimiser.dict("state").values();
    List<?> groups = optimiser.list("param_groups");
    if (optimiser.values().isEmpty()) {
      this.group = PythonDict.EMPTY;
    } else if (groups.size() == 1 && groups.get(0) instanceof Map<?, ?> only) {
      this.group = new PythonDict(only);
    } else {
      throw damaged("%d groups of parameters".formatted(groups.size()));
    }
  }

  private UserError damaged(String what) {
    return new UserError(
        "the optimiser of %s has %s; it is damaged, or not of main.py".formatted(file, what));
  }

  /** lr, betas, eps, weight_decay. */
  PythonDict settings() {
    return group;
  }

  /**
   * The state, for the parameters in their order.
   *
   * @throws UserError if it is of other parameters
   */
  InnerState state(ParameterLayout layout) throws IOException {
    if (state.isEmpty()) {
      return new InnerState.Fresh();
    }
    List<Map<?, ?>> slots = slots(layout);
    long step = step(slots.get(0));
    for (Map<?, ?> slot : slots) {
      if (step(slot) != step) {
        throw damaged(
            "taken %d steps with one tensor, %d with another".formatted(step, step(slot)));
      }
    }
    ParameterVector m = moments("exp_avg", slots, layout);
    ParameterVector v = moments("exp_avg_sq", slots, layout);
    return step == 0 ? new InnerState.Fresh() : new InnerState.Shared(new AdamState(step, m, v));
  }

  private List<Map<?, ?>> slots(ParameterLayout layout) {
    List<?> ids = group.list("params");
    if (ids.size() != layout.specs().size() || state.size() != ids.size()) {
      throw damaged(
          "%d tensors and the state of %d, the network has %d"
              .formatted(ids.size(), state.size(), layout.specs().size()));
    }
    List<Map<?, ?>> slots = new ArrayList<>();
    for (Object id : ids) {
      if (!(id instanceof Long) || !(state.get(id) instanceof Map<?, ?> slot)) {
        throw damaged("no state of tensor " + (slots.size() + 1));
      }
      slots.add(slot);
    }
    return slots;
  }

  /** An int, or a tensor of float32 in later versions of PyTorch. */
  private long step(Map<?, ?> slot) throws IOException {
    Object step = slot.get("step");
    if (step instanceof TensorRef tensor && tensor.size() == 1) {
      step = (long) pth.floats("step", tensor)[0];
    }
    if (step instanceof Long whole && whole >= 0) {
      return whole;
    }
    throw damaged("no number of steps");
  }

  private ParameterVector moments(String what, List<Map<?, ?>> slots, ParameterLayout layout)
      throws IOException {
    Map<String, TensorRef> refs = new LinkedHashMap<>();
    for (int i = 0; i < slots.size(); i++) {
      ParameterSpec spec = layout.specs().get(i);
      if (!(slots.get(i).get(what) instanceof TensorRef ref)) {
        throw damaged("no %s of %s".formatted(what, spec.name()));
      }
      refs.put(spec.name(), ref);
    }
    return pth.tensors("the optimiser's %s of %s".formatted(what, file), refs).read(layout);
  }
}
