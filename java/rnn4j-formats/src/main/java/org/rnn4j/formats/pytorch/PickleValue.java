package org.rnn4j.formats.pytorch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.io.ElementType;

/**
 * What a pickle may hold beside strings, numbers, truth values and bytes, which are Java's own.
 * Containers are compared by identity: they may hold themselves, and as keys they would have to be
 * walked through.
 */
sealed interface PickleValue {
  /** A value without parts. */
  enum Plain implements PickleValue {
    /** Python's None. */
    NONE,
    /** An integer beyond 64 bits, whose value nothing here needs. */
    HUGE_INTEGER,
    /** What would have come from code that is refused. */
    REFUSED
  }

  /** A list, a tuple or a set: what is in it. */
  final class Items implements PickleValue {
    private List<Object> items = List.of();

    /** Takes over {@code initial}. */
    Items(List<Object> initial) {
      items = initial;
    }

    Items() {}

    List<Object> items() {
      return items;
    }

    void add(Object item) {
      if (items.isEmpty()) {
        items = new ArrayList<>(2);
      }
      items.add(item);
    }
  }

  /** A dictionary, ordered or not. */
  final class Dict implements PickleValue {
    private Map<Object, Object> entries = Map.of();

    Map<Object, Object> entries() {
      return entries;
    }

    void put(Object key, Object value) {
      if (entries.isEmpty()) {
        entries = new LinkedHashMap<>(4);
      }
      entries.put(key, value);
    }
  }

  /**
   * A class or function that is named, and never called as such.
   *
   * @param name module and name; of one that is not known at most the beginning
   * @param known false: to be refused
   */
  record Global(String name, boolean known) implements PickleValue {}

  /**
   * Where numbers lie.
   *
   * @param key name of the entry with the bytes
   * @param type of one element
   * @param count elements
   */
  record Storage(String key, ElementType type, long count) implements PickleValue {}

  /**
   * A tensor: element (i0, i1, ..) is element {@code offset + sum(ik * strides[k])} of the storage.
   */
  record Stored(Storage storage, long offset, long[] shape, long[] strides)
      implements PickleValue {}
}
