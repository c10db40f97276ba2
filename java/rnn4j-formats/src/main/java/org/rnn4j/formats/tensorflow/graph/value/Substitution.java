package org.rnn4j.formats.tensorflow.graph.value;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Replaces values within others. Shared parts are made anew once. Not thread-safe. */
public final class Substitution {
  private final Values values;
  private final Map<Value, Value> done = new HashMap<>();

  /**
   * @param values where new values are made
   * @param replaced what becomes what
   */
  public Substitution(Values values, Map<Value, Value> replaced) {
    this.values = values;
    done.putAll(replaced);
  }

  /** The value with everything in it replaced. */
  public Value of(Value root) {
    Deque<Value> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      Value v = open.peek();
      if (done.containsKey(v)) {
        open.pop();
        continue;
      }
      boolean ready = true;
      for (Value arg : v.args()) {
        if (!done.containsKey(arg)) {
          open.push(arg);
          ready = false;
        }
      }
      if (ready) {
        open.pop();
        List<Value> args = new ArrayList<>();
        v.args().forEach(a -> args.add(done.get(a)));
        values.from(v.origin());
        done.put(v, values.rebuild(v, args));
      }
    }
    return done.get(root);
  }

  /** All values within some, themselves included, arguments first. */
  public static List<Value> within(List<Value> roots) {
    Map<Value, Boolean> seen = new HashMap<>();
    Deque<Value> open = new ArrayDeque<>(roots);
    List<Value> all = new ArrayList<>();
    while (!open.isEmpty()) {
      Value v = open.pop();
      if (seen.put(v, true) == null) {
        all.add(v);
        v.args().forEach(open::push);
      }
    }
    all.sort(java.util.Comparator.comparingInt(Value::id));
    return all;
  }
}
