package org.lmconv.model.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.lmconv.model.network.Dropout2d;
import org.lmconv.model.network.LmConvNetwork;
import org.lmconv.model.network.NetworkMasks;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Kernels.Argument;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.StepReads;

/**
 * A network as a program that computes the features of some steps of an order from those of earlier
 * steps, which it keeps. Rows of features are [steps · N, C].
 */
public final class StepProgram implements AutoCloseable {
  private final NDManager manager;
  private final int images;
  private final List<StepReads> reads; // of each mask
  private final NDArray input; // the first cache
  private final NDArray lanes;
  private final Argument code; // as the kernel "advance" reads it, with what it names
  private final Argument tensors;
  private final Argument caches;
  private final Argument rowsRead;

  StepProgram(
      NDManager manager,
      int images,
      long[] code,
      List<NDArray> tensors,
      List<NDArray> caches,
      List<StepReads> reads) {
    this.manager = manager;
    this.images = images;
    this.reads = reads;
    this.input = caches.get(0);
    this.lanes = longs(LongStream.range(0, images).toArray(), 1, images, 1);
    this.code = new Argument(code);
    this.tensors = new Argument(tensors);
    this.caches = new Argument(caches);
    this.rowsRead = new Argument(reads.stream().map(this::rows).toList());
  }

  /**
   * The program of a network under an order.
   *
   * @param parent the program's tensors live on its device, until they or it are closed
   * @param parameters copied
   * @param masks of the order
   * @param images {@code [N, C, H, W]} of the batch
   */
  public static StepProgram of(
      NDManager parent,
      LmConvNetwork network,
      Parameters parameters,
      NetworkMasks masks,
      PixelOrder order,
      Shape images,
      Precision precision) {
    NDManager manager = parent.newSubManager();
    int count = Math.toIntExact(images.get(0));
    StepRecorder recorder = new StepRecorder(manager, order, count, precision);
    return Tensors.freeing(
        () -> {
          NDArray like = manager.zeros(images);
          network.forward(recorder, parameters, like, masks, Dropout2d.OFF);
          return recorder.program();
        });
  }

  int images() {
    return images;
  }

  /** The first row of each step that is read; where none is, that of the step after the last. */
  private NDArray rows(StepReads mask) {
    int taps = mask.taps().length;
    long[] rows = new long[mask.steps() * taps];
    for (int i = 0; i < rows.length; i++) {
      int read = mask.read(i / taps, i % taps);
      rows[i] = (long) images * (read < 0 ? mask.steps() : read);
    }
    return longs(rows, mask.steps(), 1, taps);
  }

  private NDArray longs(long[] values, long... shape) {
    return Tensors.kept(Tensors.copyOf(manager, values).reshape(shape));
  }

  /**
   * Tells the values of pixels.
   *
   * @param first step
   * @param values {@code [steps, N, C]} in [−1, 1]
   */
  void put(int first, float[] values) {
    long width = input.getShape().get(1) - 1;
    Shape rows = new Shape(values.length / width, width);
    long row = (long) first * images;
    Kernels.apply("put_rows", input, row, Tensors.copyOf(manager, values, rows));
  }

  /**
   * Computes some steps, after all earlier ones. The pixels of earlier steps must have been told,
   * and those of all but the last of these.
   *
   * @return logits {@code [steps · N, L]}
   */
  NDArray advance(int first, int steps) {
    long[] widths =
        reads.stream()
            .mapToLong(
                mask -> IntStream.range(first, first + steps).map(mask::width).max().orElseThrow())
            .toArray();
    return Kernels.tensor(
        "advance", code, tensors, caches, rowsRead, widths, lanes, (long) first, (long) steps);
  }

  @Override
  public void close() {
    List.of(code, tensors, caches, rowsRead).forEach(Argument::close);
    manager.close();
  }
}
