package org.lmconv.jobs.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.format.PthFile.Tuple;
import org.lmconv.jobs.format.TensorRef.ElementType;
import org.lmconv.jobs.format.TensorRef.StorageRef;

/**
 * Runs pickles, as far as checkpoints need it: the operations that {@code torch.save} writes, the
 * classes and functions of {@link Known} and {@link ElementType}. Nothing else is called, made or
 * looked up.
 *
 * <p>Python's None, bool, int, float, str, bytes, list, tuple and dict become null, Boolean, Long,
 * Double, String, byte[], List, {@link Tuple} and Map; an int of more than 64 bits BigInteger.
 * Within {@link #load}, IllegalArgumentException says what is wrong with the pickle.
 */
final class Unpickler {
  private static final Object MARK = new Object();
  private static final List<Object> KNOWN =
      Stream.<Object>concat(Arrays.stream(ElementType.values()), Arrays.stream(Known.values()))
          .toList();

  private final PickleInput in;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private final Map<String, StorageRef> storages = new LinkedHashMap<>();

  Unpickler(PickleInput in) {
    this.in = in;
  }

  /** The storages that were named so far, by their keys. */
  Map<String, StorageRef> storages() {
    return storages;
  }

  /**
   * Runs the next pickle.
   *
   * @throws UserError if it is damaged, or wants to do what no checkpoint does
   */
  Object load() throws IOException {
    stack.clear();
    memo.clear();
    try {
      for (int operation = in.unsignedByte(); operation != '.'; operation = in.unsignedByte()) {
        run(operation);
      }
      return pop();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UserError(
          "%s is damaged: its pickle has %s, before byte %d; fetch it again"
              .formatted(in.file, e.getMessage(), in.position()),
          e);
    }
  }

  private void run(int operation) throws IOException {
    switch (operation) {
      case '(' -> stack.add(MARK);
      case 'N' -> stack.add(null);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'K' -> stack.add((long) in.unsignedByte());
      case 'M' -> stack.add((long) in.unsignedShort());
      case 'J' -> stack.add((long) in.signedInt());
      case 0x8a -> stack.add(in.wholeNumber(in.unsignedByte()));
      case 'G' -> stack.add(in.bigEndianDouble());
      case 'X' -> stack.add(in.utf8(in.unsignedInt()));
      case 0x8c -> stack.add(in.utf8(in.unsignedByte()));
      case 'B' -> stack.add(in.bytes(in.unsignedInt()));
      case 'C' -> stack.add(in.bytes(in.unsignedByte()));
      case 'q' -> memo.put((long) in.unsignedByte(), top());
      case 'r' -> memo.put(in.unsignedInt(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> stack.add(remembered(in.unsignedByte()));
      case 'j' -> stack.add(remembered(in.unsignedInt()));
      case 0x80 -> requireProtocol(in.unsignedByte());
      case 0x95 -> in.bytes(8); // the length of what follows, which is of no interest
      default -> build(operation);
    }
  }

  private void build(int operation) throws IOException {
    switch (operation) {
      case ']' -> stack.add(new ArrayList<>());
      case 'a' -> append(popLast(1));
      case 'e' -> append(popToMark());
      case '}' -> stack.add(new LinkedHashMap<>());
      case 's' -> setItems(popLast(2));
      case 'u' -> setItems(popToMark());
      case ')' -> stack.add(new Tuple(List.of()));
      case 't' -> stack.add(new Tuple(popToMark()));
      case 0x85 -> stack.add(new Tuple(popLast(1)));
      case 0x86 -> stack.add(new Tuple(popLast(2)));
      case 0x87 -> stack.add(new Tuple(popLast(3)));
      case 'c', 'i' -> stack.add(find(in.line(), in.line()));
      case 0x93 -> {
        String name = pop(String.class, "the name of a class");
        stack.add(find(pop(String.class, "a module"), name));
      }
      case 'R' -> reduce();
      case 'b' -> setState();
      case 'Q' -> stack.add(storage());
      default ->
          throw new UserError(
              "%s has operation 0x%02x at byte %d of its pickle, which no checkpoint needs; nothing of it was run, do not trust it"
                  .formatted(in.file, operation, in.position() - 1));
    }
  }

  private Object top() {
    if (stack.isEmpty()) {
      throw new IllegalArgumentException("an operation on nothing");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private <T> T pop(Class<T> type, String what) {
    Object popped = pop();
    if (!type.isInstance(popped)) {
      throw new IllegalArgumentException("something else where " + what + " should be");
    }
    return type.cast(popped);
  }

  private List<Object> popToMark() {
    List<Object> popped = popLast(stack.size() - stack.lastIndexOf(MARK) - 1);
    pop(); // the mark
    return popped;
  }

  private List<Object> popLast(int count) {
    if (count > stack.size()) {
      throw new IllegalArgumentException("an operation on nothing");
    }
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> popped = Collections.unmodifiableList(new ArrayList<>(tail));
    tail.clear();
    return popped;
  }

  @SuppressWarnings("unchecked") // lists are made here only
  private void append(List<Object> items) {
    if (!(top() instanceof ArrayList<?> list)) {
      throw new IllegalArgumentException("something else where a list should be");
    }
    ((List<Object>) list).addAll(items);
  }

  @SuppressWarnings("unchecked") // maps are made here only
  private void setItems(List<Object> items) {
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

  private Object remembered(long place) {
    if (!memo.containsKey(place)) {
      throw new IllegalArgumentException("a reference to nothing");
    }
    return memo.get(place);
  }

  private static void requireProtocol(int protocol) {
    if (protocol < 2 || protocol > 5) {
      throw new IllegalArgumentException("protocol " + protocol);
    }
  }

  /**
   * A class or function that pickles may name.
   *
   * @throws UserError if it is any other
   */
  private Object find(String module, String name) {
    String asked = module + "." + name;
    for (Object known : KNOWN) {
      if (known.toString().equals(asked)) {
        return known;
      }
    }
    throw new UserError(
        "%s asks for %s, which no checkpoint needs; nothing of it was run, do not trust it"
            .formatted(in.file, asked));
  }

  private void reduce() {
    Tuple arguments = pop(Tuple.class, "arguments");
    Known function = pop(Known.class, "a function");
    try {
      stack.add(function.call(arguments));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(function + " of " + e.getMessage(), e);
    }
  }

  /** Python would give an object attributes; those of checkpoints say nothing more but one. */
  private void setState() {
    Object state = pop();
    if (top() instanceof Known.Dtype) {
      if (!(state instanceof Tuple tuple) || tuple.get(1, String.class).equals(">")) {
        throw new IllegalArgumentException("numbers that are not little endian");
      }
    } else if (!(top() instanceof LinkedHashMap)) {
      throw new IllegalArgumentException("attributes of something that has none");
    }
  }

  private StorageRef storage() {
    Tuple id = pop(Tuple.class, "a storage");
    if (id.items().size() > 5 && id.items().get(5) != null) {
      throw new IllegalArgumentException("a view of a storage");
    }
    if (!id.get(0, String.class).equals("storage")) {
      throw new IllegalArgumentException("something else where a storage should be");
    }
    // Item 3 is the device, such as cuda:0: where it was is no matter.
    StorageRef storage =
        new StorageRef(
            id.get(1, ElementType.class), id.get(2, String.class), id.get(4, Long.class));
    if (!storages.computeIfAbsent(storage.key(), absent -> storage).equals(storage)) {
      throw new IllegalArgumentException("two storages " + storage.key());
    }
    return storage;
  }
}
