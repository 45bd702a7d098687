package org.lmconv.jobs.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** An iterator in lists of some elements each, the last of what is left. */
public record Chunks<T>(Iterator<T> elements, int size) implements Iterator<List<T>> {
  @Override
  public boolean hasNext() {
    return elements.hasNext();
  }

  @Override
  public List<T> next() {
    List<T> chunk = new ArrayList<>();
    do {
      chunk.add(elements.next()); // throws where there is none
    } while (chunk.size() < size && elements.hasNext());
    return chunk;
  }
}
