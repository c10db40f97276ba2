package org.rnn4j.formats.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.golden.GoldenOutputs.Inner;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.runtime.NdArray;

/**
 * Outputs of a sequence that was run in pieces, put together: sequences along time; of {@code last}
 * each row's from the piece in which it ends; of the others the last piece's.
 */
final class GoldenPieces {
  private final GoldenModel model;
  private final boolean timeMajor;
  private final Map<String, List<NdArray>> pieces = new LinkedHashMap<>();
  private NdArray last;

  GoldenPieces(GoldenModel model, boolean timeMajor) {
    this.model = model;
    this.timeMajor = timeMajor;
  }

  /**
   * The outputs of the next piece.
   *
   * @param lastSteps each row's last step of the whole sequence
   * @param from first step of the piece
   * @param to one behind its last
   */
  void add(Map<String, NdArray> outputs, int[] lastSteps, int from, int to) {
    for (ModelOutput out : model.model().outputs()) {
      NdArray value = outputs.get(out.name());
      if (out.name().equals(Inner.LAST.outputName())) {
        takeLast(value, lastSteps, from, to);
      } else {
        pieces.computeIfAbsent(out.name(), n -> new ArrayList<>()).add(value);
      }
    }
  }

  private void takeLast(NdArray value, int[] lastSteps, int from, int to) {
    if (last == null) {
      last = NdArray.of(new float[value.floats().length], value.shape());
    }
    int width = lastSteps.length == 0 ? 0 : value.floats().length / lastSteps.length;
    for (int r = 0; r < lastSteps.length; r++) {
      if (from <= lastSteps[r] && lastSteps[r] < to) {
        System.arraycopy(value.floats(), r * width, last.floats(), r * width, width);
      }
    }
  }

  Map<String, NdArray> joined() {
    Map<String, NdArray> whole = new LinkedHashMap<>();
    for (ModelOutput out : model.model().outputs()) {
      List<NdArray> parts = pieces.get(out.name());
      if (parts != null) {
        int axis = model.timeAxis(out, timeMajor);
        whole.put(
            out.name(), axis < 0 ? parts.get(parts.size() - 1) : GoldenArrays.concat(parts, axis));
      }
    }
    if (last != null) {
      whole.put(Inner.LAST.outputName(), last);
    }
    return whole;
  }
}
