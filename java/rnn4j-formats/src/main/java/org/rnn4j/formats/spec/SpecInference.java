package org.rnn4j.formats.spec;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Proposes a spec for a weight-only file from the names and shapes of its tensors; no number is
 * read. What a file cannot say (forget bias, activations, which step a head reads) is assumed as
 * the framework's default and listed in the notes.
 */
public final class SpecInference {
  private static final Pattern PYTORCH = Pattern.compile("(.*\\.)?weight_hh(_l\\d+)?(_reverse)?");
  private static final Pattern KERAS =
      Pattern.compile(
          ".*(/|^)(recurrent_kernel(:0|/\\.ATTRIBUTES/VARIABLE_VALUE)?|.*_U(_[ifcozrh])?(:0)?"
              + "|cell/vars/1)");

  private SpecInference() {}

  /**
   * The proposal.
   *
   * @throws org.rnn4j.error.RnnException if the file turns out to be damaged
   */
  public static InferredSpec infer(WeightSource weights) {
    NamedShapes shapes = NamedShapes.of(weights);
    List<String> names = shapes.names();
    if (names.stream().anyMatch(n -> PYTORCH.matcher(n).matches())) {
      return new PyTorchInference(shapes).infer();
    }
    if (names.stream().anyMatch(n -> KERAS.matcher(n).matches())) {
      return new KerasInference(shapes).infer();
    }
    return new TensorFlowInference(shapes).infer();
  }
}
