package org.rnn4j.formats.spec;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shapes of a file's variables by name: shards joined, optimizer slots left out. Remembers
 * which variables a proposal uses.
 */
final class NamedShapes {
  private static final Pattern SLOT =
      Pattern.compile(
          ".*/(Adam|AdaMax|Adagrad|Adadelta|RMSProp|Momentum|Ftrl|ExponentialMovingAverage)"
              + "(_\\d+)?(/part_\\d+)?|.*/\\.OPTIMIZER_SLOT/.*|optimizer/.*");
  private static final Pattern SHARD = Pattern.compile("(.*)(/part_\\d+|:0)");
  private static final Pattern DIGITS = Pattern.compile("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)");

  /** 2 before 10, wherever a number stands. */
  static final Comparator<String> NATURAL = NamedShapes::compareNaturally;

  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();

  private NamedShapes() {}

  static NamedShapes of(WeightSource weights) {
    NamedShapes result = new NamedShapes();
    for (String name : weights.names()) {
      if (!SLOT.matcher(name).matches()) {
        result.add(name, weights.shape(name));
      }
    }
    return result;
  }

  private void add(String name, long[] shape) {
    Matcher shard = SHARD.matcher(name);
    String whole = shard.matches() ? shard.group(1) : name;
    long[] before = shapes.put(whole, shape);
    if (before != null && shape.length > 0) {
      long[] joined = shape.clone();
      joined[0] += before[0];
      shapes.put(whole, joined);
    }
  }

  List<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /** Names that nothing in the proposal uses. */
  List<String> unused() {
    return shapes.keySet().stream().filter(n -> !used.contains(n)).toList();
  }

  /** The shape, or null if there is no such variable; {@code W_*} joins W_0, W_1, .. */
  long[] shape(String name) {
    if (!name.endsWith("_*")) {
      long[] shape = shapes.get(name);
      return shape == null ? null : shape.clone();
    }
    String stem = name.substring(0, name.length() - 1);
    long[] joined = null;
    for (int k = 0; shapes.containsKey(stem + k); k++) {
      long[] shard = shapes.get(stem + k).clone();
      shard[0] += joined == null ? 0 : joined[0];
      joined = shard;
    }
    return joined;
  }

  /** The first of the candidates that exists, or null. */
  String first(List<String> candidates) {
    return candidates.stream().filter(c -> shape(c) != null).findFirst().orElse(null);
  }

  /** True if there is such a matrix. */
  boolean isMatrix(String name) {
    long[] shape = shape(name);
    return shape != null && shape.length == 2;
  }

  /** True if there is a vector of that length. */
  boolean isVector(String name, long length) {
    return Arrays.equals(shape(name), new long[] {length});
  }

  void use(String name) {
    used.add(name);
  }

  /** Marks everything at or below a scope. */
  void useBelow(String prefix) {
    shapes.keySet().stream().filter(n -> n.startsWith(prefix)).forEach(used::add);
  }

  private static int compareNaturally(String a, String b) {
    String[] x = DIGITS.split(a);
    String[] y = DIGITS.split(b);
    for (int k = 0; k < Math.min(x.length, y.length); k++) {
      boolean numbers = isNumber(x[k]) && isNumber(y[k]);
      int order =
          numbers ? Long.compare(Long.parseLong(x[k]), Long.parseLong(y[k])) : x[k].compareTo(y[k]);
      if (order != 0) {
        return order;
      }
    }
    return x.length - y.length;
  }

  private static boolean isNumber(String s) {
    return !s.isEmpty() && s.length() < 18 && s.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
