package org.rnn4j.formats.golden;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Taps;

/**
 * Values inside a model that golden folders record beside its own outputs: they become outputs too.
 * Stateless.
 */
final class GoldenOutputs {
  /** Such a value; its output has the name of {@link #outputName}. */
  enum Inner {
    /** Outputs of the last recurrent layer. */
    RNN_OUTPUTS,
    /** The same at each row's last valid step. */
    LAST,
    /** What the head's last activation gets. */
    LOGITS;

    String outputName() {
      return "golden/" + name().toLowerCase(Locale.ROOT);
    }
  }

  private GoldenOutputs() {}

  /** What the cases of a folder record. */
  static Set<Inner> wanted(List<GoldenCase> cases) {
    Set<Inner> wanted = EnumSet.noneOf(Inner.class);
    for (GoldenCase c : cases) {
      GoldenCase.Expected e = c.expected();
      if (e.rnnOutputs() != null) {
        wanted.add(Inner.RNN_OUTPUTS);
      }
      if (e.last() != null) {
        wanted.add(Inner.LAST);
      }
      if (e.logits() != null || e.greedy() != null) {
        wanted.add(Inner.LOGITS);
      }
    }
    return wanted;
  }

  /**
   * The model with these values as further outputs.
   *
   * @throws IllegalArgumentException if it has no recurrent layer, and one is needed
   */
  static RnnModel extend(RnnModel model, Set<Inner> wanted) {
    RnnModel extended = model;
    for (Inner inner : wanted) {
      extended =
          switch (inner) {
            case RNN_OUTPUTS -> Taps.withRnnOutputs(extended, inner.outputName());
            case LAST -> Taps.withLast(extended, inner.outputName());
            case LOGITS -> Taps.withLogits(extended, inner.outputName());
          };
    }
    return extended;
  }
}
