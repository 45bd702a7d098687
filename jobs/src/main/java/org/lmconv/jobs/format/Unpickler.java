package org.lmconv.jobs.format;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmconv.jobs.UserError;

/**
 * Runs pickles, as far as checkpoints need it: the operations that {@code torch.save} writes, the
 * classes and functions of {@link Known} and {@link StorageType}. Nothing else is called, made or
 * looked up.
 *
 * <p>Python's None, bool, int, float, str, bytes, list, tuple and dict become null, Boolean, Long,
 * Double, String, byte[], List, {@link Tuple} and Map; an int of more than 64 bits BigInteger.
 */
final class Unpickler {
  private final PickleInput in;
  private final String file;
  private final PickleStack stack = new PickleStack();
  private final Map<Long, Object> memo = new HashMap<>();
  private final Map<String, StorageRef> storages = new LinkedHashMap<>();

  /**
   * @param file for messages
   */
  Unpickler(PickleInput in, String file) {
    this.in = in;
    this.file = file;
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
      return stack.pop();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UserError(
          "%s is damaged: its pickle has %s, before byte %d; fetch it again"
              .formatted(file, e.getMessage(), in.position()),
          e);
    }
  }

  private void run(int operation) throws IOException {
    switch (operation) {
      case '(' -> stack.mark();
      case 'N' -> stack.push(null);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'K' -> stack.push((long) in.unsignedByte());
      case 'M' -> stack.push((long) in.unsignedShort());
      case 'J' -> stack.push((long) in.signedInt());
      case 0x8a -> stack.push(wholeNumber(in.bytes(in.unsignedByte())));
      case 'G' -> stack.push(in.bigEndianDouble());
      case 'X' -> stack.push(in.utf8(in.unsignedInt()));
      case 0x8c -> stack.push(in.utf8(in.unsignedByte()));
      case 'B' -> stack.push(in.bytes(in.unsignedInt()));
      case 'C' -> stack.push(in.bytes(in.unsignedByte()));
      case 'q' -> memo.put((long) in.unsignedByte(), stack.top());
      case 'r' -> memo.put(in.unsignedInt(), stack.top());
      case 0x94 -> memo.put((long) memo.size(), stack.top());
      case 'h' -> stack.push(remembered(in.unsignedByte()));
      case 'j' -> stack.push(remembered(in.unsignedInt()));
      case 0x80 -> requireProtocol(in.unsignedByte());
      case 0x95 -> in.signedLong(); // the length of what follows, which is of no interest
      default -> build(operation);
    }
  }

  private void build(int operation) throws IOException {
    switch (operation) {
      case ']' -> stack.push(new ArrayList<>());
      case 'a' -> stack.append(stack.popLast(1));
      case 'e' -> stack.append(stack.popToMark());
      case '}' -> stack.push(new LinkedHashMap<>());
      case 's' -> stack.setItems(stack.popLast(2));
      case 'u' -> stack.setItems(stack.popToMark());
      case ')' -> stack.push(new Tuple(List.of()));
      case 't' -> stack.push(new Tuple(stack.popToMark()));
      case 0x85 -> stack.push(new Tuple(stack.popLast(1)));
      case 0x86 -> stack.push(new Tuple(stack.popLast(2)));
      case 0x87 -> stack.push(new Tuple(stack.popLast(3)));
      case 'c', 'i' -> stack.push(find(in.line(), in.line()));
      case 0x93 -> findOnStack();
      case 'R' -> reduce();
      case 'b' -> setState();
      case 'Q' -> stack.push(storage());
      default ->
          throw new UserError(
              "%s has operation 0x%02x at byte %d of its pickle, which no checkpoint needs; nothing of it was run, do not trust it"
                  .formatted(file, operation, in.position() - 1));
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

  /** Little endian, in two's complement. */
  private static Object wholeNumber(byte[] bytes) {
    if (bytes.length == 0) {
      return 0L;
    }
    byte[] big = new byte[bytes.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = bytes[bytes.length - 1 - i];
    }
    BigInteger number = new BigInteger(big);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private void findOnStack() {
    String name = stack.pop(String.class, "the name of a class");
    stack.push(find(stack.pop(String.class, "a module"), name));
  }

  /**
   * A class or function that pickles may name.
   *
   * @throws UserError if it is any other
   */
  private Object find(String module, String name) {
    Optional<StorageType> storage =
        module.equals("torch") ? StorageType.of(name) : Optional.empty();
    if (storage.isPresent()) {
      return storage.get();
    }
    return Known.of(module + "." + name)
        .orElseThrow(
            () ->
                new UserError(
                    "%s asks for %s.%s, which no checkpoint needs; nothing of it was run, do not trust it"
                        .formatted(file, module, name)));
  }

  private void reduce() {
    Tuple arguments = stack.pop(Tuple.class, "arguments");
    Known function = stack.pop(Known.class, "a function");
    try {
      stack.push(Reductions.call(function, arguments));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(function + " of " + e.getMessage(), e);
    }
  }

  /** Python would give an object attributes; those of checkpoints say nothing more but one. */
  private void setState() {
    Object state = stack.pop();
    if (stack.top() instanceof Reductions.Dtype) {
      if (!(state instanceof Tuple tuple) || tuple.get(1, String.class).equals(">")) {
        throw new IllegalArgumentException("numbers that are not little endian");
      }
    } else if (!(stack.top() instanceof LinkedHashMap)) {
      throw new IllegalArgumentException("attributes of something that has none");
    }
  }

  private StorageRef storage() {
    Tuple id = stack.pop(Tuple.class, "a storage");
    if (id.size() > 5 && id.items().get(5) != null) {
      throw new IllegalArgumentException("a view of a storage");
    }
    if (!id.get(0, String.class).equals("storage")) {
      throw new IllegalArgumentException("something else where a storage should be");
    }
    // Item 3 is the device, such as cuda:0: where it was is no matter.
    StorageRef storage =
        new StorageRef(
            id.get(1, StorageType.class), id.get(2, String.class), id.get(4, Long.class));
    if (!storages.computeIfAbsent(storage.key(), absent -> storage).equals(storage)) {
      throw new IllegalArgumentException("two storages " + storage.key());
    }
    return storage;
  }
}
