package org.rnn4j.formats.golden;

import java.io.IOException;
import java.util.Map;
import org.rnn4j.formats.golden.GoldenOutputs.Inner;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnSession;

/** Feeds the likeliest id back as the next one. */
final class GoldenGreedy {
  private final GoldenModel model;
  private final GoldenInputs in;
  private final ModelInput input;
  private final ModelOutput logits;

  GoldenGreedy(GoldenModel model, GoldenInputs in) {
    this.model = model;
    this.in = in;
    this.input = model.model().inputs().get(0);
    this.logits =
        model.model().outputs().stream()
            .filter(out -> out.name().equals(Inner.LOGITS.outputName()))
            .findFirst()
            .orElseThrow();
  }

  /**
   * The ids that follow the case's input.
   *
   * @param session where the case's input has led it
   * @param outputs of that run
   */
  int[] run(RnnSession session, GoldenCase of, Map<String, NdArray> outputs) throws IOException {
    if (session.rows() != 1 || in.batch().lengths() != null || in.batch().mask() != null) {
      throw new IllegalArgumentException(
          "greedy is recorded for one whole row; the case has "
              + session.rows()
              + " rows"
              + (in.batch().lengths() != null ? " and lengths" : ""));
    }
    int count = GoldenArrays.read(of.expected().greedy()).shape()[0];
    int[] chosen = new int[count];
    float[] scores = lastScores(outputs);
    for (int k = 0; k < count; k++) {
      chosen[k] = largest(scores);
      if (k + 1 < count) {
        NdArray x = NdArray.ofIds(new int[] {chosen[k]}, 1, 1);
        scores = lastScores(session.run(Batch.of(input.name(), x)));
      }
    }
    return chosen;
  }

  /** The logits of the last step, {@code [ids]}. */
  private float[] lastScores(Map<String, NdArray> outputs) {
    NdArray all = outputs.get(logits.name());
    int axis = model.timeAxis(logits, in.batch().timeMajor());
    if (axis < 0) {
      return all.floats();
    }
    int steps = all.shape()[axis];
    return GoldenArrays.slice(all, axis, steps - 1, steps).floats();
  }

  private static int largest(float[] scores) {
    int best = 0;
    for (int k = 1; k < scores.length; k++) {
      best = scores[k] > scores[best] ? k : best;
    }
    return best;
  }
}
