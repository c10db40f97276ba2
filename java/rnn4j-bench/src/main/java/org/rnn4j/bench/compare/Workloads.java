package org.rnn4j.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.bench.UsageException;
import org.rnn4j.problems.Problem;
import org.rnn4j.problems.ProblemList;

/** The problems of the tables by name: section {@code tables} of the list. */
public final class Workloads {
  private Workloads() {}

  /** All, in the order of the tables. */
  public static Map<String, Problem> all() {
    return ProblemList.section("tables");
  }

  /**
   * Those of these names, or problems of their own; all for an empty list.
   *
   * @throws UsageException if something is neither
   */
  public static Map<String, Problem> named(List<String> names) {
    if (names.isEmpty()) {
      return all();
    }
    Map<String, Problem> all = all();
    Map<String, Problem> chosen = new LinkedHashMap<>();
    for (String name : names) {
      Problem known = all.get(name);
      if (known == null && !name.contains(" ")) {
        throw new UsageException(
            "no workload '" + name + "'; there are " + all.keySet() + ", or give a problem");
      }
      chosen.put(name, known != null ? known : parse(name));
    }
    return chosen;
  }

  private static Problem parse(String problem) {
    try {
      return Problem.parse(problem);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
