package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.spec.Variables.Found;

/**
 * Finds the variables of a Keras layer below its group, whatever the version put between: {@code
 * lstm/lstm/kernel:0}, {@code lstm/lstm/lstm_cell_1/kernel:0}, {@code layers/lstm/cell/vars/0},
 * {@code lstm_1/lstm_1_W_i}, and in checkpoints {@code lstm/kernel} or {@code
 * layer_with_weights-0/cell/kernel/.ATTRIBUTES/VARIABLE_VALUE}.
 */
final class KerasVariables {
  /** Which of a layer's cells. */
  enum Part {
    /** The only one. */
    ONLY,
    /** Of a Bidirectional, the forward one. */
    FORWARD,
    /** Of a Bidirectional, the backward one. */
    BACKWARD
  }

  private static final Pattern DECORATION = Pattern.compile("(/\\.ATTRIBUTES/VARIABLE_VALUE|:0)$");
  private static final List<String> ROOTS =
      List.of("", "model_weights/", "_layer_checkpoint_dependencies/");

  private final Variables variables;

  KerasVariables(Variables variables) {
    this.variables = variables;
  }

  /**
   * The variable of the first leaf that exists.
   *
   * @param leaves last segments, or ends of them when they begin with {@code _} (Keras 1); {@code
   *     vars/0} is the first weight of a Keras 3 layer
   * @return null if there is none
   * @throws ModelFormatException if two variables answer to a leaf
   */
  Found find(String scope, Part part, List<String> leaves, String where) {
    for (String leaf : leaves) {
      List<String> matches = new ArrayList<>();
      for (String name : variables.source().names()) {
        if (matches(name, scope, part, leaf)) {
          matches.add(name);
        }
      }
      if (matches.size() > 1) {
        throw new ModelFormatException(
            String.format(
                "%s: %s: several variables '%s' below '%s': %s; give the scope more exactly, or"
                    + " \"bidirectional\": true",
                variables.source().description(), where, leaf, scope, matches));
      }
      if (!matches.isEmpty()) {
        return variables.find(matches);
      }
    }
    return null;
  }

  /**
   * The variable of the first leaf that exists.
   *
   * @throws ModelFormatException naming the nearest names if there is none
   */
  Found require(String scope, Part part, List<String> leaves, String where) {
    Found found = find(scope, part, leaves, where);
    if (found == null) {
      String inner =
          switch (part) {
            case ONLY -> "";
            case FORWARD -> "forward_layer/";
            case BACKWARD -> "backward_layer/";
          };
      String prefix = TensorFlowNames.prefix(scope) + inner;
      throw variables.missing(leaves.stream().map(leaf -> prefix + leaf).toList(), where);
    }
    return found;
  }

  private static boolean matches(String name, String scope, Part part, String leaf) {
    String inside = inside(DECORATION.matcher(name).replaceFirst(""), scope);
    if (inside == null
        || inside.contains("seed_generator/")
        || name.contains("/.OPTIMIZER_SLOT/")) {
      return false;
    }
    boolean ends =
        leaf.startsWith("_")
            ? inside.endsWith(leaf)
            : inside.equals(leaf) || inside.endsWith("/" + leaf);
    return ends && part(inside) == part;
  }

  /** What follows the scope, or null. */
  private static String inside(String name, String scope) {
    String wanted = TensorFlowNames.prefix(scope);
    for (String root : ROOTS) {
      if (name.startsWith(root + wanted)) {
        return name.substring(root.length() + wanted.length());
      }
    }
    String dependencies = "_layer_checkpoint_dependencies/";
    if (wanted.startsWith("layers/")) {
      String older = dependencies + wanted.substring("layers/".length());
      return name.startsWith(older) ? name.substring(older.length()) : null;
    }
    return null;
  }

  private static Part part(String inside) {
    String path = "/" + inside;
    if (path.contains("/forward_")) {
      return Part.FORWARD;
    }
    return path.contains("/backward_") ? Part.BACKWARD : Part.ONLY;
  }
}
