package org.lmconv.jobs.conf;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

/**
 * The value of a key that lists orders.
 *
 * @param key for messages
 * @param texts each as {@link OrderText} reads it
 */
public record Orders(String key, List<String> texts) {
  /**
   * Checks the spelling.
   *
   * @throws UserError if an order is misspelt or named twice, or there is none
   */
  public void requireNames() {
    check(
        () -> {
          parsed().forEach(OrderText::requireSpelling);
          requireDifferent(OrderText::fitsEveryGrid, OrderText.ANY_GRID);
        });
  }

  /**
   * Checks all that needs no file.
   *
   * @throws UserError if an order is misspelt or named twice or does not fit, or there is none
   */
  public void requireNamesOn(Grid grid) {
    check(() -> requireDifferent(OrderText::readsNoFile, grid));
  }

  private void requireDifferent(Predicate<OrderText> known, Grid grid) {
    List<PixelOrder> orders = parsed().filter(known).flatMap(text -> text.on(grid)).toList();
    if (!orders.isEmpty() || texts.isEmpty()) {
      OrderSet.of(orders);
    }
  }

  /**
   * Checks that files are there: for orders that were typed, not for those of a checkpoint.
   *
   * @throws UserError if one is not
   */
  public void requireFiles() {
    check(() -> parsed().forEach(OrderText::requireFiles));
  }

  /**
   * The orders on a grid.
   *
   * @throws UserError if one does not fit, or its file cannot be read
   */
  public OrderSet on(Grid grid) {
    return told(() -> OrderSet.of(parsed().flatMap(text -> text.on(grid)).toList()));
  }

  private Stream<OrderText> parsed() {
    return texts.stream().map(OrderText::of);
  }

  private void check(Runnable body) {
    told(
        () -> {
          body.run();
          return true;
        });
  }

  private <T> T told(Supplier<T> body) {
    try {
      return body.get();
    } catch (IllegalArgumentException e) {
      throw new UserError(key + "=" + texts + ": " + e.getMessage(), e);
    }
  }
}
