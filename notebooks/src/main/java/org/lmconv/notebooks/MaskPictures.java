package org.lmconv.notebooks;

import java.awt.Color;
import java.util.BitSet;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.PixelOrder;

/** Pictures of masks: live taps are blue, masked ones grey, the pixel that is computed orange. */
public final class MaskPictures {
  private MaskPictures() {}

  /** The kernel's window at one pixel. Pale blue pixels are visited earlier. */
  public static Picture window(KernelMask mask, PixelOrder order, int pixel) {
    Grid grid = mask.grid();
    Canvas canvas = new Canvas(grid, Canvas.sideFor(grid));
    for (int other = 0; other < grid.pixels(); other++) {
      canvas.fill(other, order.precedes(other, pixel) ? Palette.EARLIER : Color.WHITE);
    }
    for (int tap = 0; tap < mask.kernel().taps(); tap++) {
      int read = mask.neighbour(tap, pixel);
      if (read >= 0 && read != pixel) {
        canvas.fill(read, mask.live(tap, pixel) ? Palette.LIVE : Palette.DEAD);
        canvas.write(
            read,
            mask.live(tap, pixel) ? "1" : "0",
            mask.live(tap, pixel) ? Color.WHITE : Palette.INK);
      }
    }
    canvas.fill(pixel, Palette.CENTRE);
    canvas.write(pixel, mask.live(mask.kernel().centre(), pixel) ? "1" : "0", Color.WHITE);
    canvas.lattice(Palette.LINE);
    return canvas
        .done("%d of %d taps live".formatted(mask.tapCount(pixel), mask.kernel().taps()))
        .titled("%s, step %d".formatted(order.name(), order.stepOf(pixel)));
  }

  /** The mask of every pixel at once: in each pixel its own small kernel, blue where live. */
  public static Picture patterns(KernelMask mask) {
    Grid grid = mask.grid();
    Canvas canvas = new Canvas(grid, 26);
    int size = mask.kernel().size();
    double cell = 0.86 / size; // of the pixel's side; the rest is margin
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      for (int tap = 0; tap < mask.kernel().taps(); tap++) {
        Color colour = mask.live(tap, pixel) ? Palette.LIVE : Palette.DEAD;
        canvas.fill(pixel, 0.07 + tap % size * cell, 0.07 + tap / size * cell, cell, colour);
      }
    }
    canvas.lattice(Color.WHITE);
    return canvas.done("which taps are live at each pixel of a %s grid".formatted(grid));
  }

  /** The pixels that one pixel sees, in strong blue, and the others visited earlier, in pale. */
  public static Picture seen(Grid grid, BitSet seen, BitSet earlier, int pixel) {
    Canvas canvas = new Canvas(grid, Canvas.sideFor(grid));
    for (int other = 0; other < grid.pixels(); other++) {
      Color rest = earlier.get(other) ? Palette.EARLIER : Color.WHITE;
      canvas.fill(other, seen.get(other) ? Palette.LIVE : rest);
    }
    canvas.fill(pixel, Palette.CENTRE);
    canvas.lattice(Palette.LINE);
    return canvas.done("%d pixels are seen".formatted(seen.cardinality()));
  }
}
