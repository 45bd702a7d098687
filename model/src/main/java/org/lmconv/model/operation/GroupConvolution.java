package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.MaskPlan.Group;

/**
 * Masked convolution of pixels grouped by what they see: gathered, and multiplied by the weights of
 * the live taps. No tap is computed in vain, whatever the order.
 */
final class GroupConvolution implements ConvolutionWay {
  private final NDManager manager;
  private final KernelMask mask;
  private final List<Group> groups;
  private final NDArray taps; // of each group, one after the other
  private Batch batch;

  /**
   * The same for a number of images at once: pixel p of image n is row n · H · W + p.
   *
   * @param manager owns the tensors
   * @param images N
   * @param sizes pixels and taps of each group
   * @param reads rows that the taps of each pixel of each group read
   * @param rows of each group
   * @param places where among them each row is
   */
  private record Batch(
      NDManager manager, long images, long[] sizes, NDArray reads, NDArray rows, NDArray places) {}

  GroupConvolution(NDManager manager, KernelMask mask, MaskPlan.Groups plan) {
    this.manager = manager;
    this.mask = mask;
    this.groups = plan.groups();
    long[] all =
        groups.stream().flatMapToInt(g -> Arrays.stream(g.taps())).asLongStream().toArray();
    this.taps = Tensors.kept(Tensors.copyOf(manager, all));
  }

  @Override
  public NDArray apply(NDArray x, NDArray weight, NDArray[] bias, boolean adjoint) {
    Batch of = batch(x.getShape().get(0));
    return Kernels.tensor(
        "groups", x, weight, bias, adjoint, of.sizes(), of.reads(), taps, of.places());
  }

  @Override
  public void weightGradient(NDArray dy, NDArray x, NDArray into) {
    Batch of = batch(x.getShape().get(0));
    Kernels.apply("groups_weight", dy, x, into, of.sizes(), of.reads(), taps, of.rows());
  }

  /** Only the latest is kept: batches are of one size, but for the last of a data set. */
  private Batch batch(long images) {
    if (batch == null || batch.images() != images) {
      if (batch != null) {
        batch.manager().close();
      }
      batch = prepared(images);
    }
    return batch;
  }

  private Batch prepared(long images) {
    long[] rows = groups.stream().flatMapToLong(g -> rows(g, images)).toArray();
    long[] reads = groups.stream().flatMapToLong(g -> reads(g, images)).toArray();
    long[] places = new long[rows.length];
    for (int place = 0; place < rows.length; place++) {
      places[Math.toIntExact(rows[place])] = place;
    }
    long[] sizes =
        groups.stream()
            .flatMapToLong(g -> LongStream.of(images * g.pixels().length, g.taps().length))
            .toArray();
    NDManager own = manager.newSubManager();
    return new Batch(own, images, sizes, kept(own, reads), kept(own, rows), kept(own, places));
  }

  private static NDArray kept(NDManager manager, long[] values) {
    return Tensors.kept(Tensors.copyOf(manager, values));
  }

  private LongStream rows(Group group, long images) {
    return LongStream.range(0, images)
        .flatMap(n -> Arrays.stream(group.pixels()).mapToLong(pixel -> row(n, pixel)));
  }

  private LongStream reads(Group group, long images) {
    int[] seen =
        Arrays.stream(group.pixels())
            .flatMap(p -> Arrays.stream(group.taps()).map(tap -> mask.neighbour(tap, p)))
            .toArray();
    return LongStream.range(0, images).flatMap(n -> IntStream.of(seen).mapToLong(p -> row(n, p)));
  }

  private long row(long image, int pixel) {
    return image * mask.grid().pixels() + pixel;
  }
}
