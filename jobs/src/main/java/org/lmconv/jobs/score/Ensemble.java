package org.lmconv.jobs.score;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

/** The value of the key "score.ensemble": which orders are averaged. */
final class Ensemble {
  private Ensemble() {}

  /**
   * Places of the members among the orders, ascending.
   *
   * @param names of orders, with * for any part of a name; none is all orders
   * @throws UserError if one names no order
   */
  static List<Integer> places(List<String> names, OrderSet orders) {
    if (names.isEmpty()) {
      return IntStream.range(0, orders.size()).boxed().toList();
    }
    SortedSet<Integer> places = new TreeSet<>();
    for (String name : names) {
      List<Integer> named = places(name, orders);
      if (named.isEmpty()) {
        throw new UserError(
            "score.ensemble=%s: %s is none of the orders %s; name some of them"
                .formatted(names, name, list(orders)));
      }
      places.addAll(named);
    }
    return List.copyOf(places);
  }

  private static List<Integer> places(String name, OrderSet orders) {
    String pattern =
        Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return IntStream.range(0, orders.size())
        .filter(place -> orders.get(place).name().matches(pattern))
        .boxed()
        .toList();
  }

  private static String list(OrderSet orders) {
    return orders.orders().stream().map(PixelOrder::name).collect(Collectors.joining(", "));
  }
}
