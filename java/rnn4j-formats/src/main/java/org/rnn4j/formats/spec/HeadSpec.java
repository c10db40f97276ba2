package org.rnn4j.formats.spec;

import java.util.Locale;

/**
 * A dense layer after the recurrent ones. Either {@code kernel} or {@code scope} is set.
 *
 * @param kernel full name of the kernel, or null
 * @param bias full name of the bias, or null for none (with a kernel)
 * @param scope the dense layer's group or prefix, or null
 * @param units width of its output, checked; or null
 * @param activation after it, by the spec's name; null for none
 * @param before activation before it; null for none
 * @param input what the first dense layer reads; null: what the last recurrent layer returns
 */
public record HeadSpec(
    String kernel,
    String bias,
    String scope,
    Integer units,
    String activation,
    String before,
    Input input) {

  /** What a head reads. */
  public enum Input {
    /** {@code outputs[:, -1]}, even past a row's length. */
    LAST_STEP,
    /** Every step. */
    ALL_STEPS,
    /** The final h of the last layer. */
    FINAL_STATE;

    /** The word of the spec. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A dense layer below a scope. */
  public static HeadSpec ofScope(String scope, Input input) {
    return new HeadSpec(null, null, scope, null, null, null, input);
  }

  /** A dense layer by its variables' full names; bias may be null. */
  public static HeadSpec ofVariables(String kernel, String bias, Input input) {
    return new HeadSpec(kernel, bias, null, null, null, null, input);
  }
}
