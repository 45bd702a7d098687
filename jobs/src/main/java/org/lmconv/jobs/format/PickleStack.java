package org.lmconv.jobs.format;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle works on. All methods throw IllegalArgumentException if what they need is not
 * there.
 */
final class PickleStack {
  private static final Object MARK = new Object();

  private final List<Object> stack = new ArrayList<>();

  void clear() {
    stack.clear();
  }

  void mark() {
    push(MARK);
  }

  void push(Object value) {
    stack.add(value);
  }

  Object top() {
    if (stack.isEmpty()) {
      throw new IllegalArgumentException("an operation on nothing");
    }
    return stack.get(stack.size() - 1);
  }

  Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  List<Object> popLast(int count) {
    return popFrom(stack.size() - count);
  }

  List<Object> popToMark() {
    List<Object> popped = popFrom(stack.lastIndexOf(MARK) + 1);
    pop(); // the mark
    return popped;
  }

  private List<Object> popFrom(int start) {
    if (start < 0) {
      throw new IllegalArgumentException("an operation on nothing");
    }
    List<Object> tail = stack.subList(start, stack.size());
    List<Object> popped = Collections.unmodifiableList(new ArrayList<>(tail));
    tail.clear();
    return popped;
  }

  <T> T pop(Class<T> type, String what) {
    Object popped = pop();
    if (!type.isInstance(popped)) {
      throw new IllegalArgumentException("something else where " + what + " should be");
    }
    return type.cast(popped);
  }

  @SuppressWarnings("unchecked") // lists are made here only
  void append(List<Object> items) {
    if (!(top() instanceof ArrayList<?> list)) {
      throw new IllegalArgumentException("something else where a list should be");
    }
    ((List<Object>) list).addAll(items);
  }

  @SuppressWarnings("unchecked") // maps are made here only
  void setItems(List<Object> items) {
    if (!(top() instanceof LinkedHashMap<?, ?> map) || items.size() % 2 != 0) {
      throw new IllegalArgumentException("something else where a dict should be");
    }
    for (int i = 0; i < items.size(); i += 2) {
      // Others are not needed; a list that holds itself could not even be looked up.
      if (!(items.get(i) instanceof String) && !(items.get(i) instanceof Long)) {
        throw new IllegalArgumentException("a key that is neither str nor int");
      }
      ((Map<Object, Object>) map).put(items.get(i), items.get(i + 1));
    }
  }
}
