package org.rnn4j.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Arguments of the form {@code --key=value}, and the others in order. Immutable. */
public final class Options {
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<String> others = new ArrayList<>();

  /**
   * @param known the keys that are allowed
   * @throws UsageException for any other key
   */
  public Options(String[] args, Set<String> known) {
    for (String arg : args) {
      if (!arg.startsWith("--")) {
        others.add(arg);
        continue;
      }
      int equals = arg.indexOf('=');
      String key = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
      if (!known.contains(key) || equals < 0) {
        throw new UsageException(
            "option '" + arg + "'; there are " + known + ", each as --key=value");
      }
      values.put(key, arg.substring(equals + 1));
    }
  }

  /** What stands without dashes. */
  public List<String> others() {
    return List.copyOf(others);
  }

  /** A value, or what is meant without it. */
  public String get(String key, String usual) {
    return values.getOrDefault(key, usual);
  }

  /** A number, or what is meant without it. */
  public double number(String key, double usual) {
    String value = values.get(key);
    return value == null ? usual : Double.parseDouble(value);
  }

  /** A list split at commas, or what is meant without it. */
  public List<String> list(String key, String usual) {
    String value = get(key, usual);
    return value.isEmpty() ? List.of() : List.of(value.split(",", -1));
  }

  /** All keys that were given, in order: to hand them on. */
  public List<String> given() {
    return values.entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue()).toList();
  }
}
