package org.rnn4j.bench.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.cli.bench.Problem;

/**
 * The problems of the tables by name: S one streaming step, L one sequence, M and X batches, Z
 * ragged; a v at the end is the GRU that resets before the product.
 */
public final class Workloads {
  private static final Map<String, Problem> BY_NAME = new LinkedHashMap<>();

  static {
    // The cost of a call.
    put("S0", "lstm b1 t1 i8 h8");
    put("S1", "lstm b1 t1 i128 h128");
    put("S2", "lstm b1 t1 i512 h512");
    put("S3", "gru-ra b1 t1 i256 h256");
    put("L1", "lstm b1 t100 i128 h128");
    put("L2", "lstm b1 t25 i512 h512");
    put("L3", "lstm b1 t50 i1536 h1536");
    put("L4", "gru-ra b1 t100 i256 h256");
    put("M1", "lstm b16 t50 i256 h256");
    put("M2", "gru-ra b32 t50 i512 h512");
    put("M3", "lstm b32 t30 i64 h64+32");
    put("X1", "lstm b64 t100 i512 h512");
    put("X2", "lstm d2 b16 t100 i256 h256");
    put("Z1", "lstm b3 t25 i64 h64 n5+10+25");
    put("S3v", "gru b1 t1 i256 h256");
    put("L4v", "gru b1 t100 i256 h256");
    put("M2v", "gru b32 t50 i512 h512");
  }

  private Workloads() {}

  private static void put(String name, String problem) {
    BY_NAME.put(name, Problem.parse(problem));
  }

  /** All, in the order of the tables. */
  public static Map<String, Problem> all() {
    return Collections.unmodifiableMap(BY_NAME);
  }

  /**
   * Those of these names, or problems of their own; all for an empty list.
   *
   * @throws IllegalArgumentException if something is neither
   */
  public static Map<String, Problem> named(List<String> names) {
    if (names.isEmpty()) {
      return all();
    }
    Map<String, Problem> chosen = new LinkedHashMap<>();
    for (String name : names) {
      Problem known = BY_NAME.get(name);
      if (known == null && !name.contains(" ")) {
        throw new IllegalArgumentException(
            "no workload '" + name + "'; there are " + BY_NAME.keySet() + ", or give a problem");
      }
      chosen.put(name, known != null ? known : Problem.parse(name));
    }
    return chosen;
  }
}
