package org.rnn4j.formats.pytorch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.pytorch.PickleValue.Dict;
import org.rnn4j.formats.pytorch.PickleValue.Global;
import org.rnn4j.formats.pytorch.PickleValue.Items;
import org.rnn4j.formats.pytorch.PickleValue.Plain;

/**
 * Reads a pickle (protocols 2 to 5) as data. Nothing is ever executed: the few functions that
 * {@link TorchCalls} knows are done here, every other class or function is collected by name, and
 * what it would have made is a placeholder. One that was met refuses the whole pickle in the end.
 *
 * <p>Memory and time grow with the number of opcodes, which is limited; no recursion. Used by one
 * thread, once.
 */
final class Unpickler {
  /** Some 30 of them make a tensor; each costs at most about 60 bytes of heap. */
  static final int MAX_OPCODES = 1_000_000;

  private final PickleBytes in;
  private final TorchCalls calls;
  private final Map<Long, Object> memo = new HashMap<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final List<Object> stack = new ArrayList<>();

  private Unpickler(PickleBytes in) {
    this.in = in;
    this.calls = new TorchCalls(in);
  }

  /**
   * What the pickle holds.
   *
   * @throws UnsupportedModelException listing all classes and functions that are not data
   * @throws ModelFormatException if the pickle is damaged
   */
  static Object read(PickleBytes in) {
    Unpickler unpickler = new Unpickler(in);
    Object value = unpickler.run();
    unpickler.calls.throwIfRefused();
    return value;
  }

  private Object run() {
    for (int count = 0; count < MAX_OPCODES; count++) {
      int opcode = in.unsignedByte();
      if (opcode == '.') {
        return pop();
      }
      if (!scalar(opcode) && !container(opcode) && !memo(opcode) && !code(opcode)) {
        throw malformed(
            "expected an opcode that torch.save writes, found 0x" + Integer.toHexString(opcode));
      }
    }
    calls.throwIfRefused();
    throw new UnsupportedModelException(
        in.where(),
        "a pickle of more than "
            + MAX_OPCODES
            + " opcodes is not supported; save the state_dict alone");
  }

  private boolean scalar(int opcode) {
    switch (opcode) {
      case 'N' -> push(Plain.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.unsignedByte());
      case 'M' -> push((long) in.unsignedShort());
      case 'J' -> push((long) in.signedInt());
      case 0x8a -> push(in.integer(in.unsignedByte()));
      case 0x8b -> push(in.integer(in.signedInt()));
      case 'G' -> push(in.bigEndianDouble());
      case 'X' -> push(in.text(in.unsignedInt(), StandardCharsets.UTF_8));
      case 0x8c -> push(in.text(in.unsignedByte(), StandardCharsets.UTF_8));
      case 0x8d -> push(in.text(in.signedLong(), StandardCharsets.UTF_8));
      case 'U' -> push(in.text(in.unsignedByte(), StandardCharsets.ISO_8859_1));
      case 'T' -> push(in.text(in.signedInt(), StandardCharsets.ISO_8859_1));
      case 'C' -> push(in.take(in.unsignedByte()));
      case 'B' -> push(in.take(in.unsignedInt()));
      case 0x8e -> push(in.take(in.signedLong()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case '}' -> push(new Dict());
      case ']', ')', 0x8f -> push(new Items());
      case '(' -> marks.push(stack.size());
      case 't', 0x91 -> push(new Items(popToMark()));
      case 0x85 -> push(new Items(popLast(1)));
      case 0x86 -> push(new Items(popLast(2)));
      case 0x87 -> push(new Items(popLast(3)));
      case 'a' -> addTo(popLast(1));
      case 'e', 0x90 -> addTo(popToMark());
      case 's' -> putInto(popLast(2));
      case 'u' -> putInto(popToMark());
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memo(int opcode) {
    switch (opcode) {
      case 'q' -> memo.put((long) in.unsignedByte(), top());
      case 'r' -> memo.put(in.unsignedInt(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(remembered(in.unsignedByte()));
      case 'j' -> push(remembered(in.unsignedInt()));
      case 0x80 -> {
        int protocol = in.unsignedByte();
        if (protocol < 2 || protocol > 5) {
          throw malformed("expected a pickle of protocol 2 to 5, found " + protocol);
        }
      }
      case 0x95 -> in.signedLong();
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What would run code in Python. */
  private boolean code(int opcode) {
    switch (opcode) {
      case 'c' -> push(calls.global(in.line(), in.line()));
      case 0x93 -> {
        List<Object> name = popLast(2);
        if (!(name.get(0) instanceof String module) || !(name.get(1) instanceof String member)) {
          throw malformed("expected a module and a name");
        }
        push(calls.global(module, member));
      }
      case 'R', 0x81 -> {
        List<Object> call = popLast(2);
        push(calls.call(call.get(0), call.get(1)));
      }
      case 0x92 -> {
        List<Object> call = popLast(3);
        push(calls.refuse(call.get(0)));
      }
      case 'i' -> {
        Global type = calls.global(in.line(), in.line());
        popToMark();
        push(calls.refuse(type));
      }
      case 'o' -> {
        List<Object> parts = popToMark();
        if (parts.isEmpty()) {
          throw malformed("expected a class to make, found nothing");
        }
        push(calls.refuse(parts.get(0)));
      }
      case 'b' -> {
        Object attributes = pop();
        // torch.save keeps the versions of modules as an attribute of the OrderedDict.
        if (!(top() instanceof Dict) || !(attributes instanceof Dict)) {
          calls.refuse(top());
        }
      }
      case 'Q' -> push(calls.storage(pop()));
      case 0x82 -> push(calls.extension(in.unsignedByte()));
      case 0x83 -> push(calls.extension(in.unsignedShort()));
      case 0x84 -> push(calls.extension(in.signedInt()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.peek();
  }

  private Object top() {
    if (stack.size() <= floor()) {
      throw malformed("expected a value on the stack, found none");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> popLast(int count) {
    if (stack.size() - count < floor()) {
      throw malformed("expected " + count + " values on the stack, found fewer");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw malformed("expected a mark on the stack, found none");
    }
    return cut(marks.pop());
  }

  private List<Object> cut(int from) {
    List<Object> end = stack.subList(from, stack.size());
    ArrayList<Object> values = new ArrayList<>(end);
    end.clear();
    return values;
  }

  private void addTo(List<Object> items) {
    Object target = top();
    if (target instanceof Items list) {
      items.forEach(list::add);
    } else if (target != Plain.REFUSED) {
      throw malformed("expected a list to append to, found " + TorchCalls.show(target));
    }
  }

  private void putInto(List<Object> pairs) {
    Object target = top();
    if (pairs.size() % 2 != 0 || !(target instanceof Dict || target == Plain.REFUSED)) {
      throw malformed(
          "expected a dictionary and pairs of key and value, found "
              + pairs.size()
              + " values for "
              + TorchCalls.show(target));
    }
    if (target instanceof Dict dict) {
      for (int k = 0; k < pairs.size(); k += 2) {
        dict.put(pairs.get(k), pairs.get(k + 1));
      }
    }
  }

  private Object remembered(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw malformed("expected a value remembered as " + index + ", found none");
    }
    return value;
  }

  private ModelFormatException malformed(String message) {
    return calls.malformed(message);
  }
}
