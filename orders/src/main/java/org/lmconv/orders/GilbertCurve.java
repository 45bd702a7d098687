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
   * {@code length} pixels in a direction. An odd length is cut nearer to the origin of the grid, so
   * the first half is the smaller one on the way forth and the larger one on the way back. The
   * reference gets this from floor division of signed lengths.
   */
  private record Edge(int rowStep, int colStep, int length) {
    Edge half() {
      boolean back = rowStep + colStep < 0;
      return ofLength(back ? (length + 1) / 2 : length / 2);
    }

    /** Half the edge, made even where possible: an even part needs no diagonal step. */
    Edge evenHalf() {
      Edge half = half();
      return half.length % 2 == 1 && length > 2 ? ofLength(half.length + 1) : half;
    }

    Edge minus(Edge part) {
      return ofLength(length - part.length);
    }

    Edge back() {
      return new Edge(-rowStep, -colStep, length);
    }

    private Edge ofLength(int pixels) {
      return new Edge(rowStep, colStep, pixels);
    }
  }

  /** A place on the grid. */
  private record Place(int row, int col) {
    Place after(Edge edge) {
      return ahead(edge, edge.length);
    }

    /** The last pixel of an edge that starts here. */
    Place lastOf(Edge edge) {
      return ahead(edge, edge.length - 1);
    }

    private Place ahead(Edge edge, int pixels) {
      return new Place(row + edge.rowStep * pixels, col + edge.colStep * pixels);
    }
  }

  private final Grid grid;
  private final int[] pixels;
  private int step;

  private GilbertCurve(Grid grid) {
    this.grid = grid;
    this.pixels = new int[grid.pixels()];
  }

  /** The curve: [steps] -> pixel. */
  static int[] pixels(Grid grid) {
    GilbertCurve curve = new GilbertCurve(grid);
    Edge down = new Edge(1, 0, grid.height());
    Edge right = new Edge(0, 1, grid.width());
    boolean tall = grid.height() >= grid.width();
    curve.fill(new Place(0, 0), tall ? down : right, tall ? right : down);
    return curve.pixels;
  }

  /** Fills the rectangle of two edges, from the corner that they share to the end of along. */
  private void fill(Place start, Edge along, Edge across) {
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
  private void fillTwoInARow(Place start, Edge along, Edge across) {
    Edge first = along.evenHalf();
    fill(start, first, across);
    fill(start.after(first), along.minus(first), across);
  }

  /** Others in three, as Hilbert does: away from the base, along the far side, back to it. */
  private void fillThreeAround(Place start, Edge along, Edge across) {
    Edge away = across.evenHalf();
    Edge near = along.half();
    fill(start, away, near);
    fill(start.after(away), along, across.minus(away));
    fill(start.lastOf(along).lastOf(away), away.back(), along.minus(near).back());
  }

  private void walk(Place start, Edge edge) {
    Place place = start;
    for (int i = 0; i < edge.length; i++) {
      pixels[step++] = grid.pixel(place.row, place.col);
      place = new Place(place.row + edge.rowStep, place.col + edge.colStep);
    }
  }
}
