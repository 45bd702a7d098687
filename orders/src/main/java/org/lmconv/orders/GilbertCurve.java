package org.lmconv.orders;

/**
 * The generalised Hilbert ("gilbert") curve of Jakub Červený, which fits any rectangle: <a
 * href="https://github.com/jakubcerveny/gilbert">github.com/jakubcerveny/gilbert</a>. It runs from
 * the top left pixel to the other end of the longer side.
 *
 * <p>Consecutive pixels share an edge, unless the longer side is odd and the shorter one even. Then
 * a checkerboard has its two ends in the same colour, which no such walk over an even number of
 * pixels can do: the curve takes one diagonal step, or, if the shorter side is 2, ends one pixel
 * early.
 */
final class GilbertCurve {
  /**
   * Pixels in a direction. An odd length is cut nearer to the origin of the grid, so the first half
   * is the smaller one on the way forth and the larger one on the way back. The reference gets this
   * from floor division of signed lengths.
   *
   * @param stride from a pixel to the next
   */
  private record Edge(int stride, int length) {
    Edge half() {
      return new Edge(stride, stride < 0 ? (length + 1) / 2 : length / 2);
    }

    /** Half the edge, made even where possible: an even part needs no diagonal step. */
    Edge evenHalf() {
      Edge half = half();
      return half.length % 2 == 1 && length > 2 ? new Edge(stride, half.length + 1) : half;
    }

    Edge minus(Edge part) {
      return new Edge(stride, length - part.length);
    }

    Edge back() {
      return new Edge(-stride, length);
    }

    /** From the first pixel to the one behind the last. */
    int span() {
      return stride * length;
    }
  }

  private final int[] pixels;
  private int step;

  private GilbertCurve(Grid grid) {
    this.pixels = new int[grid.pixels()];
  }

  /** The curve to the bottom left pixel, or else to the top right one: [steps] -> pixel. */
  static int[] pixels(Grid grid, boolean toTheBottom) {
    GilbertCurve curve = new GilbertCurve(grid);
    Edge down = new Edge(grid.width(), grid.height());
    Edge right = new Edge(1, grid.width());
    curve.fill(0, toTheBottom ? down : right, toTheBottom ? right : down);
    return curve.pixels;
  }

  /** Fills the rectangle of two edges, from the corner that they share to the end of along. */
  private void fill(int start, Edge along, Edge across) {
    if (across.length == 1) {
      walk(start, along);
    } else if (along.length == 1) {
      walk(start, across);
    } else if (2 * along.length > 3 * across.length) {
      fillTwoInARow(start, along, across);
    } else {
      fillThreeAround(start, along, across);
    }
  }

  /** A long rectangle is cut across into two, one after the other. */
  private void fillTwoInARow(int start, Edge along, Edge across) {
    Edge first = along.evenHalf();
    fill(start, first, across);
    fill(start + first.span(), along.minus(first), across);
  }

  /** Others in three, as Hilbert does: away from the base, along the far side, back to it. */
  private void fillThreeAround(int start, Edge along, Edge across) {
    Edge away = across.evenHalf();
    Edge near = along.half();
    int lastAway = start + away.span() - away.stride;
    fill(start, away, near);
    fill(start + away.span(), along, across.minus(away));
    fill(lastAway + along.span() - along.stride, away.back(), along.minus(near).back());
  }

  private void walk(int start, Edge edge) {
    for (int i = 0; i < edge.length; i++) {
      pixels[step++] = start + i * edge.stride;
    }
  }
}
