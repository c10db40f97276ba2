package org.rnn4j.formats.keras;

import java.util.List;
import java.util.Set;
import org.rnn4j.formats.json.Json;

/**
 * The operations with which Keras 3 writes into a graph how layers pass masks on. They compute
 * nothing that rnn4j does not know already; followed only to see that they are what they seem. A
 * mask is a text that says how it is computed, the same for equal ways.
 */
final class MaskOperations implements LayerTranslator {
  static final Set<String> CLASSES =
      Set.of(
          "NotEqual",
          "Any",
          "LogicalOr",
          "Squeeze",
          "ExpandDims",
          "BroadcastTo",
          "OnesLike",
          "ZerosLike",
          "Concatenate");

  /** Every step counts. */
  private static final String ALL = "all";

  /** No step counts: an operand that only gives its shape. */
  private static final String NONE = "none";

  private static final String JOINED = "joined ";
  private static final String FEATURES = "features ";

  /** The mask of an embedding whose id 0 is padding. */
  static String notEqual(Translation to, Signal x, double value) {
    return to.mask("ne " + x.port() + " " + value);
  }

  /** The mask of Masking. */
  static String anyNotEqual(Translation to, Signal x, double value) {
    return to.mask("any " + notEqual(to, x, value));
  }

  /** A step counts in one of two. */
  static String or(Translation to, String a, String b) {
    if (a.equals(ALL) || b.equals(ALL)) {
      return ALL;
    }
    return a.equals(b) ? a : to.mask("or " + a + " " + b);
  }

  /** The mask of sequences that follow each other in time; null stands for all steps. */
  static String joined(Translation to, List<String> masks) {
    StringBuilder text = new StringBuilder(JOINED);
    masks.forEach(m -> text.append(m == null ? ALL : m).append(' '));
    return to.mask(text.toString());
  }

  /** True if a mask written into the graph is the one that the value has anyway. */
  static boolean agree(String written, String implicit) {
    return written.equals(implicit == null ? ALL : implicit);
  }

  @Override
  public boolean takesConstants() {
    return true;
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    List<Signal> in = call.inputs();
    boolean masks = in.stream().allMatch(Signal::isMask);
    String only = masks && in.size() == 1 ? in.get(0).mask() : null;
    return List.of(
        Signal.ofMask(
            switch (call.layer().className()) {
              case "NotEqual" -> {
                if (in.size() != 1 || masks) {
                  throw refusal(call);
                }
                yield notEqual(call.to(), in.get(0), constant(call));
              }
              case "OnesLike" -> ALL;
              case "ZerosLike" -> NONE;
              case "Any" -> any(call, require(call, only));
              case "LogicalOr" -> {
                if (!masks || in.size() != 2) {
                  throw refusal(call);
                }
                String a = in.get(0).mask();
                String b = in.get(1).mask();
                yield a.equals(NONE) ? b : b.equals(NONE) ? a : or(call.to(), a, b);
              }
              case "Concatenate" -> {
                if (!masks || in.isEmpty()) {
                  throw refusal(call);
                }
                yield concatenated(call, in);
              }
              default -> require(call, only);
            }));
  }

  /** Along time the masks follow each other; along the features they wait for Any. */
  private static String concatenated(LayerCall call, List<Signal> in) {
    List<String> masks = in.stream().map(Signal::mask).toList();
    if (call.layer().integer(-1, "axis") == 1) {
      return joined(call.to(), masks);
    }
    return call.to().mask(FEATURES + String.join(" ", masks));
  }

  private static String any(LayerCall call, String mask) {
    String text = call.to().maskText(mask);
    if (text.startsWith(FEATURES)) {
      String all = NONE;
      for (String each : text.substring(FEATURES.length()).split(" ")) {
        all = all.equals(NONE) ? each : or(call.to(), all, each);
      }
      return all;
    }
    boolean perFeature = text.startsWith("ne ");
    return perFeature ? call.to().mask("any " + mask) : mask;
  }

  private static double constant(LayerCall call) {
    List<Json> constants = call.config().constants();
    for (Json c : constants) {
      if (c != null && c.isNumber()) {
        return c.asDouble();
      }
    }
    throw refusal(call);
  }

  private static String require(LayerCall call, String mask) {
    if (mask == null) {
      throw refusal(call);
    }
    return mask;
  }

  private static Refusal refusal(LayerCall call) {
    return call.refusal("operations outside of layers are not supported");
  }
}
