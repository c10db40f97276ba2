package org.rnn4j.formats.pytorch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.pytorch.PickleValue.Dict;
import org.rnn4j.formats.pytorch.PickleValue.Global;
import org.rnn4j.formats.pytorch.PickleValue.Items;
import org.rnn4j.formats.pytorch.PickleValue.Plain;
import org.rnn4j.formats.pytorch.PickleValue.Storage;
import org.rnn4j.formats.pytorch.PickleValue.Stored;

/**
 * The functions that the pickle of a state_dict names, each done here by hand; all others are
 * remembered as refused.
 */
final class TorchCalls {
  private static final int MAX_LISTED = 40;
  private static final int MAX_NAME = 120;

  private static final String ORDERED_DICT = "collections.OrderedDict";
  private static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
  private static final String REBUILD_PARAMETER = "torch._utils._rebuild_parameter";

  /** How protocol 2, older than Python 3, writes bytes. */
  private static final String ENCODE = "_codecs.encode";

  private static final Set<String> BYTES = Set.of("__builtin__.bytes", "builtins.bytes");
  private static final Set<String> SETS =
      Set.of("__builtin__.set", "builtins.set", "__builtin__.frozenset", "builtins.frozenset");

  private static final Map<String, ElementType> STORAGES =
      Map.ofEntries(
          Map.entry("torch.DoubleStorage", ElementType.FLOAT64),
          Map.entry("torch.FloatStorage", ElementType.FLOAT32),
          Map.entry("torch.HalfStorage", ElementType.FLOAT16),
          Map.entry("torch.BFloat16Storage", ElementType.BFLOAT16),
          Map.entry("torch.LongStorage", ElementType.INT64),
          Map.entry("torch.IntStorage", ElementType.INT32),
          Map.entry("torch.ShortStorage", ElementType.INT16),
          Map.entry("torch.CharStorage", ElementType.INT8),
          Map.entry("torch.ByteStorage", ElementType.UINT8),
          Map.entry("torch.BoolStorage", ElementType.BOOL),
          Map.entry("torch.ComplexFloatStorage", ElementType.COMPLEX64));

  private final PickleBytes in;
  private final Set<String> refused = new LinkedHashSet<>();

  TorchCalls(PickleBytes in) {
    this.in = in;
  }

  /** A class or function; remembered as refused unless it is one of those known. */
  Global global(String module, String name) {
    String full = printable(module) + "." + printable(name);
    Global global = new Global(full, isKnown(full));
    if (!global.known()) {
      note(full);
    }
    return global;
  }

  private void note(String what) {
    if (refused.size() <= MAX_LISTED) {
      refused.add(what);
    }
  }

  private static boolean isKnown(String name) {
    return STORAGES.containsKey(name)
        || SETS.contains(name)
        || BYTES.contains(name)
        || List.of(ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER, ENCODE).contains(name);
  }

  /** What an entry of Python's registry of extensions would be: refused. */
  Object extension(int code) {
    note("extension code " + code);
    return Plain.REFUSED;
  }

  /** What the pickle wants to be made otherwise than by a known call. */
  Object refuse(Object callable) {
    if (callable != Plain.REFUSED) {
      note(
          callable instanceof Global global
              ? global.name()
              : "an attempt to change " + show(callable));
    }
    return Plain.REFUSED;
  }

  /** The result of a call. */
  Object call(Object callable, Object arguments) {
    if (!(callable instanceof Global function) || !(arguments instanceof Items tuple)) {
      return refuse(callable);
    }
    List<Object> given = tuple.items();
    if (!function.known() || given.contains(Plain.REFUSED)) {
      return Plain.REFUSED;
    }
    String name = function.name();
    if (name.equals(REBUILD_TENSOR)) {
      return tensor(given);
    }
    if (name.equals(REBUILD_PARAMETER) && !given.isEmpty() && given.get(0) instanceof Stored data) {
      return data;
    }
    if (name.equals(ORDERED_DICT) && given.size() <= 1) {
      return dictionary(given);
    }
    if (BYTES.contains(name) && given.isEmpty()) {
      return new byte[0];
    }
    if (name.equals(ENCODE) && given.size() == 2 && given.get(0) instanceof String text) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    if (SETS.contains(name) && given.size() == 1 && given.get(0) instanceof Items members) {
      return new Items(new ArrayList<>(members.items()));
    }
    throw malformed("expected arguments for " + name + ", found " + show(arguments));
  }

  private Dict dictionary(List<Object> given) {
    Dict dict = new Dict();
    if (!given.isEmpty()) {
      for (Object pair : items(given.get(0), "the pairs of a dictionary")) {
        List<Object> both = items(pair, "a key and a value");
        if (both.size() != 2) {
          throw malformed("expected a key and a value, found " + both.size() + " items");
        }
        dict.put(both.get(0), both.get(1));
      }
    }
    return dict;
  }

  /**
   * Storage, offset, shape, strides; behind them what only training needs, and flags: numbers that
   * are to be negated or conjugated.
   */
  private Stored tensor(List<Object> given) {
    boolean plain =
        given.size() < 7
            || given.get(6) == Plain.NONE
            || (given.get(6) instanceof Dict flags && flags.entries().isEmpty());
    if (!plain) {
      throw new UnsupportedModelException(
          in.where(),
          "a tensor with flags (a view that negates or conjugates) is not supported; save"
              + " tensor.resolve_neg().resolve_conj()");
    }
    if (given.size() < 4 || !(given.get(0) instanceof Storage storage)) {
      throw malformed("expected a storage, an offset, a shape and strides");
    }
    return new Stored(
        storage,
        number(given.get(1), "an offset"),
        numbers(given.get(2), "a shape"),
        numbers(given.get(3), "strides"));
  }

  /** What a persistent id stands for: ('storage', class, key, device, elements). */
  Object storage(Object id) {
    if (id == Plain.REFUSED) {
      return id;
    }
    List<Object> parts = items(id, "the id of a storage");
    if (parts.size() < 5
        || !"storage".equals(parts.get(0))
        || !(parts.get(1) instanceof Global type)
        || !(parts.get(2) instanceof String key)) {
      throw malformed("expected ('storage', class, key, device, elements)");
    }
    ElementType element = STORAGES.get(type.name());
    if (element == null) {
      return refuse(type);
    }
    return new Storage(key, element, number(parts.get(4), "a number of elements"));
  }

  private List<Object> items(Object value, String what) {
    if (value instanceof Items items) {
      return items.items();
    }
    throw malformed("expected " + what + ", found " + show(value));
  }

  private long number(Object value, String what) {
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    throw malformed("expected " + what + " of 0 or more, found " + show(value));
  }

  private long[] numbers(Object value, String what) {
    List<Object> items = items(value, what);
    long[] numbers = new long[items.size()];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = number(items.get(k), what);
    }
    return numbers;
  }

  /** Refuses the pickle if it asked for anything that is not data. */
  void throwIfRefused() {
    if (refused.isEmpty()) {
      return;
    }
    List<String> names = new ArrayList<>(refused);
    if (names.size() > MAX_LISTED) {
      names.set(MAX_LISTED, "and others");
    }
    throw new UnsupportedModelException(
        in.where(),
        "refused, and nothing of it was executed: the pickle asks for Python code beyond tensors and"
            + " dictionaries, which is not supported: "
            + String.join(", ", names)
            + ". Save a state_dict, torch.save(model.state_dict(), ..), and no module or other"
            + " object");
  }

  /** Names from the file go to the terminal: no control characters, no endless lines. */
  private static String printable(String name) {
    String cut = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + ".." : name;
    return cut.replaceAll("[^ -~]", "?");
  }

  /** A value in a message. */
  static String show(Object value) {
    if (value instanceof Items items) {
      return "a list of " + items.items().size();
    }
    if (value instanceof Dict dict) {
      return "a dictionary of " + dict.entries().size();
    }
    if (value instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    if (value instanceof Stored) {
      return "a tensor";
    }
    if (value instanceof Global global) {
      return global.name();
    }
    return printable(String.valueOf(value));
  }

  /** The error for a damaged pickle; if there was something to refuse, that is thrown instead. */
  ModelFormatException malformed(String message) {
    throwIfRefused();
    return new ModelFormatException(in.where() + ": byte " + in.position() + ": " + message);
  }
}
