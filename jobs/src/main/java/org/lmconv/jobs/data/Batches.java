package org.lmconv.jobs.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * What comes of items a batch at a time, as it is asked for: no more than one batch is in memory.
 */
public final class Batches<T, R> implements Iterator<R> {
  private final Iterator<T> items;
  private final int size;
  private final Function<List<T>, List<R>> body;
  private Iterator<R> results = Collections.emptyIterator();

  /**
   * @param size of a batch; the last one may be smaller
   * @param body gives at least one result for a batch
   */
  public Batches(Iterator<T> items, int size, Function<List<T>, List<R>> body) {
    this.items = items;
    this.size = size;
    this.body = body;
  }

  @Override
  public boolean hasNext() {
    return results.hasNext() || items.hasNext();
  }

  @Override
  public R next() {
    if (!results.hasNext()) {
      List<T> batch = new ArrayList<>();
      while (batch.size() < size && items.hasNext()) {
        batch.add(items.next());
      }
      results = body.apply(batch).iterator();
    }
    return results.next();
  }
}
