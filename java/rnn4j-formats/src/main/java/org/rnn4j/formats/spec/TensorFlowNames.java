package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What TensorFlow called a cell's variables: since 1.2, in 1.0 and 1.1, up to 0.12, and in the
 * block cells. The first of each list is the name of today.
 */
final class TensorFlowNames {
  static final List<String> KERNEL =
      List.of("kernel", "weights", "Linear/Matrix", "W_*", "W", "Matrix");
  static final List<String> BIAS = List.of("bias", "biases", "Linear/Bias", "B", "b", "Bias");
  static final List<String> GATES_KERNEL =
      List.of("gates/kernel", "gates/weights", "Gates/Linear/Matrix", "Gates/Matrix", "w_ru");
  static final List<String> GATES_BIAS =
      List.of("gates/bias", "gates/biases", "Gates/Linear/Bias", "Gates/Bias", "b_ru");
  static final List<String> CANDIDATE_KERNEL =
      List.of(
          "candidate/kernel",
          "candidate/weights",
          "Candidate/Linear/Matrix",
          "Candidate/Matrix",
          "w_c");
  static final List<String> CANDIDATE_BIAS =
      List.of(
          "candidate/bias", "candidate/biases", "Candidate/Linear/Bias", "Candidate/Bias", "b_c");
  static final List<String> PEEPHOLE_I = List.of("w_i_diag", "W_I_diag", "wci");
  static final List<String> PEEPHOLE_F = List.of("w_f_diag", "W_F_diag", "wcf");
  static final List<String> PEEPHOLE_O = List.of("w_o_diag", "W_O_diag", "wco");
  static final List<String> PROJECTION =
      List.of("projection/kernel", "projection/weights", "W_P_*", "W_P");
  static final List<String> CANDIDATE_INPUT_KERNEL = List.of("candidate/input_projection/kernel");
  static final List<String> CANDIDATE_INPUT_BIAS = List.of("candidate/input_projection/bias");
  static final List<String> CANDIDATE_HIDDEN_KERNEL = List.of("candidate/hidden_projection/kernel");
  static final List<String> CANDIDATE_HIDDEN_BIAS = List.of("candidate/hidden_projection/bias");
  static final List<String> EMBEDDING =
      List.of("embeddings", "embedding", "embedding_weights", "weights", "W");
  static final List<String> DENSE_KERNEL =
      List.of("kernel", "weights", "Linear/Matrix", "Matrix", "W", "softmax_w");
  static final List<String> DENSE_BIAS =
      List.of("bias", "biases", "Linear/Bias", "Bias", "b", "softmax_b");

  private static final Pattern SHARD = Pattern.compile("(/part_\\d+|:0)$");

  /** Scopes inside of a cell, which are none themselves. */
  private static final Set<String> INNER =
      Set.of(
          "projection",
          "gates",
          "candidate",
          "input_projection",
          "hidden_projection",
          "Linear",
          "Gates",
          "Candidate");

  private TensorFlowNames() {}

  /** The names below a scope; an empty scope adds nothing. */
  static List<String> below(String scope, List<String> names) {
    String prefix = prefix(scope);
    return names.stream().map(n -> prefix + n).toList();
  }

  /** {@code scope/}, or nothing for an empty scope. */
  static String prefix(String scope) {
    return scope.isEmpty() || scope.endsWith("/") ? scope : scope + "/";
  }

  /** The scopes at or below {@code scope} that hold one of the given variables. */
  static Set<String> scopesWith(List<String> variables, String scope, List<String> names) {
    String prefix = prefix(scope);
    Set<String> scopes = new LinkedHashSet<>();
    for (String name : names) {
      String whole = SHARD.matcher(name).replaceFirst("");
      for (String variable : variables) {
        String last = variable.endsWith("_*") ? variable.replace("*", "0") : variable;
        if (name.startsWith(prefix) && whole.equals(last)) {
          scopes.add("");
        } else if (name.startsWith(prefix) && whole.endsWith("/" + last)) {
          scopes.add(whole.substring(0, whole.length() - last.length() - 1));
        }
      }
    }
    scopes.removeIf(s -> INNER.contains(s.substring(s.lastIndexOf('/') + 1)));
    return scopes;
  }

  /** The kernel names of a cell, as they tell its scope. */
  static List<String> kernels(CellKind cell) {
    return cell.family() == CellKind.Family.GRU ? GATES_KERNEL : KERNEL;
  }

  /**
   * {@code scope} with its last segment {@code fw} or {@code FW} made the backward one, or null.
   */
  static String backwardTwin(String scope) {
    List<String> segments = new ArrayList<>(List.of(scope.split("/")));
    for (int k = segments.size() - 1; k >= 0; k--) {
      String twin =
          switch (segments.get(k)) {
            case "fw" -> "bw";
            case "FW" -> "BW";
            default -> null;
          };
      if (twin != null) {
        segments.set(k, twin);
        return String.join("/", segments);
      }
    }
    return null;
  }
}
