package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/** All cells that are recognised. */
public final class CellSteps {
  private CellSteps() {}

  /** All readings of a value as the new h of a cell, the most specific first. */
  public static List<CellStep> readings(Value newH) {
    List<CellStep> all = new ArrayList<>(LstmStep.readings(newH));
    all.addAll(GruStep.readings(newH));
    all.addAll(CandidateStep.readings(newH));
    all.addAll(RnnStep.readings(newH));
    return all;
  }
}
