package org.rnn4j.cases;

import java.util.List;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Recurrent;

/** How a case runs over its sequence, in the words of {@link Recurrent}. */
record CaseRules(CaseFile file) {
  /** Sets directions, merging and what happens at steps that a row does not have. */
  Recurrent.Builder settings(Recurrent.Builder b, Cell backward, boolean apart) {
    Json s = file.sequence();
    List<String> directions = file.directions();
    Recurrent.Merge merge = merge();
    if (backward != null) {
      boolean swapped = directions.equals(List.of("reverse", "forward"));
      requireDirections(swapped || directions.equals(List.of("forward", "reverse")));
      b.bidirectional(backward, apart ? Recurrent.Merge.NONE : merge).swappedDirections(swapped);
    } else if (directions.get(0).equals("reverse")) {
      b.reverse();
    } else {
      requireDirections(directions.get(0).equals("forward"));
    }
    String masked = s.text("masked_output", s.has("mask") ? "previous" : "zero");
    return b.outputOrder(order())
        .reversal(s.has("mask") ? Recurrent.Reversal.WHOLE : Recurrent.Reversal.WITHIN_LENGTH)
        .emptyRowState(
            oneOf("zero_length_state", s.text("zero_length_state", "initial"), "initial", "zero")
                    == 0
                ? Recurrent.EmptyRowState.INITIAL
                : Recurrent.EmptyRowState.ZERO)
        .paddedOutput(
            oneOf("masked_output", masked, "previous", "zero") == 0
                ? Recurrent.PaddedOutput.PREVIOUS
                : Recurrent.PaddedOutput.ZERO);
  }

  private void requireDirections(boolean known) {
    if (!known) {
      throw new IllegalArgumentException(file + ": unknown directions " + file.directions());
    }
  }

  Recurrent.OutputOrder order() {
    String order = file.sequence().text("output_order", "time");
    return oneOf("output_order", order, "time", "processing") == 0
        ? Recurrent.OutputOrder.TIME
        : Recurrent.OutputOrder.PROCESSING;
  }

  Recurrent.Merge merge() {
    List<Recurrent.Merge> merges =
        List.of(
            Recurrent.Merge.CONCAT,
            Recurrent.Merge.SUM,
            Recurrent.Merge.AVERAGE,
            Recurrent.Merge.MULTIPLY,
            Recurrent.Merge.NONE);
    String merge = file.sequence().text("merge", "concat");
    return merges.get(oneOf("merge", merge, "concat", "sum", "ave", "mul", "none"));
  }

  private int oneOf(String key, String value, String... known) {
    int index = List.of(known).indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException(file + ": unknown " + key + " '" + value + "'");
    }
    return index;
  }
}
