package org.lmconv.jobs.session;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.device.ModelSpec;

/**
 * The models of this JVM, kept from task to task: building one, and the masks of its orders, costs
 * more than a small round. Each task has one for itself.
 */
public final class ExecutorModels {
  private record Key(ModelSpec spec, Device device, Execution execution) {}

  private static final Map<Key, Deque<DeviceModel>> IDLE = new HashMap<>();

  private ExecutorModels() {}

  /**
   * Runs {@code body} with a model that no other task uses meanwhile. It has parameters of an
   * earlier task or none: load before use.
   *
   * @throws org.lmconv.jobs.base.UserError if the device asked for is not there
   */
  public static <T> T with(ModelSpec spec, Placement placement, Function<DeviceModel, T> body) {
    return NativeWork.run(() -> run(spec, placement, body));
  }

  private static <T> T run(ModelSpec spec, Placement placement, Function<DeviceModel, T> body) {
    Key key = new Key(spec, placement.device(), placement.execution());
    DeviceModel model = take(key);
    JniUtils.setNumThreads(placement.threads());
    try {
      T result = body.apply(model);
      giveBack(key, model);
      return result;
    } catch (RuntimeException | Error e) {
      // Its device may be in any state, out of memory for one.
      model.close();
      throw e;
    }
  }

  private static DeviceModel take(Key key) {
    synchronized (IDLE) {
      Deque<DeviceModel> idle = IDLE.get(key);
      if (idle != null && !idle.isEmpty()) {
        return idle.pop();
      }
    }
    return new DeviceModel(key.spec(), key.device(), key.execution());
  }

  // An executor may serve many models in a row; only the latest stays.
  private static void giveBack(Key key, DeviceModel model) {
    synchronized (IDLE) {
      List<Key> others = IDLE.keySet().stream().filter(k -> !k.spec().equals(key.spec())).toList();
      others.forEach(other -> IDLE.remove(other).forEach(DeviceModel::close));
      IDLE.computeIfAbsent(key, absent -> new ArrayDeque<>()).push(model);
    }
  }
}
