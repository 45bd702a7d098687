package org.lmconv.orders;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The orders that a model is trained or scored with: at least one, all on the same grid, no name
 * twice. Immutable.
 */
public final class OrderSet implements Serializable {
  private static final long serialVersionUID = 1;

  private static final Pattern NAME = Pattern.compile("([^/]+)(?:/([0-7]|\\*))?");

  private final List<PixelOrder> orders;

  private OrderSet(List<PixelOrder> orders) {
    this.orders = orders;
  }

  /**
   * Reads orders as users write them: "kind/variant", "kind" for its variant 0, or "kind/*" for all
   * its variants that fit the grid (four, or eight on a square).
   *
   * @throws IllegalArgumentException if {@code names} is empty, a name is malformed, unknown,
   *     repeated, or does not fit the grid
   */
  public static OrderSet parse(List<String> names, Grid grid) {
    return of(names.stream().flatMap(name -> parse(name, grid)).toList());
  }

  /**
   * A set of these orders, in this sequence.
   *
   * @throws IllegalArgumentException if there is none, a name is repeated, or the grids differ
   */
  public static OrderSet of(List<PixelOrder> orders) {
    if (orders.isEmpty()) {
      throw new IllegalArgumentException("no orders given; name at least one, such as s_curve/*");
    }
    Grid grid = orders.get(0).grid();
    Set<String> names = new HashSet<>();
    for (PixelOrder order : orders) {
      if (!order.grid().equals(grid)) {
        throw new IllegalArgumentException(
            "order %s is on grid %s but order %s is on %s; make all for the same grid"
                .formatted(order.name(), order.grid(), orders.get(0).name(), grid));
      }
      if (!names.add(order.name())) {
        throw new IllegalArgumentException(
            "order " + order.name() + " is given twice; name each order once");
      }
    }
    return new OrderSet(List.copyOf(orders));
  }

  private static Stream<PixelOrder> parse(String name, Grid grid) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "order %s is malformed; write kind, kind/variant with variant 0 to 7, or kind/*"
              .formatted(name));
    }
    PixelOrder order = OrderKind.parse(parts.group(1)).on(grid);
    String variant = parts.group(2) == null ? "0" : parts.group(2);
    if (variant.equals("*")) {
      return Stream.of(Symmetry.values()).filter(s -> s.fits(grid)).map(s -> s.apply(order));
    }
    return Stream.of(Symmetry.of(Integer.parseInt(variant)).apply(order));
  }

  public List<PixelOrder> orders() {
    return orders;
  }

  public Grid grid() {
    return orders.get(0).grid();
  }

  public int size() {
    return orders.size();
  }

  public PixelOrder get(int i) {
    return orders.get(i);
  }

  /** The order that a well-mixed hash falls on, each with equal probability. */
  public PixelOrder pick(long hash) {
    // Unsigned, because % is negative for half of all hashes.
    return orders.get((int) Long.remainderUnsigned(hash, orders.size()));
  }

  @Override
  public String toString() {
    return orders.toString();
  }
}
