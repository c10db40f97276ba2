package org.rnn4j.parity;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.Tolerances;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.reference.Precision;
import org.rnn4j.reference.ReferenceModel;
import org.rnn4j.reference.Result;
import org.rnn4j.reference.State;
import org.rnn4j.reference.Value;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** An engine against the reference in double precision; for the tests of every backend. */
final class ParityCheck {
  private double nearest;
  private String nearestModel = "none";

  /**
   * What a comparison found.
   *
   * @param difference null if all of it is near enough
   * @param shapes of the outputs, batch included
   * @param got from the engine
   */
  record Outcome(String difference, List<int[]> shapes, EngineRun got) {}

  /** The largest error of all comparisons, as a part of what is allowed. */
  double nearest() {
    return nearest;
  }

  /** Where it was. */
  String nearestModel() {
    return nearestModel;
  }

  Outcome compare(
      RnnModel model, RandomRun run, EngineRun.Border border, EngineOptions options, long seed) {
    Result exact = new ReferenceModel(model, Precision.DOUBLE).run(run.request(model));
    ReferenceModel float32 = new ReferenceModel(model, Precision.FLOAT);
    Result rounded = float32.run(run.request(model));
    Result moved = float32.run(run.movedByRoundings(seed).request(model));
    List<int[]> shapes = EngineRun.shapes(model, exact.values());
    EngineRun got;
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession session = engine.newSession(run.rows())) {
      got = EngineRun.of(session, run, border, shapes);
    }
    for (int k = 0; k < shapes.size(); k++) {
      ModelOutput out = model.outputs().get(k);
      double[] want = EngineRun.shown(out, exact.values().get(out.source()));
      Value[] measured = {rounded.values().get(out.source()), moved.values().get(out.source())};
      double[][] shown = {EngineRun.shown(out, measured[0]), EngineRun.shown(out, measured[1])};
      String difference = difference(want, shown, got.outputs().get(k), seed);
      if (difference != null) {
        return new Outcome(out + " " + Arrays.toString(shapes.get(k)) + difference, shapes, got);
      }
    }
    for (int s = 0; s < exact.states().size(); s++) {
      for (int part = 0; part < 2; part++) {
        double[][] measured = {state(rounded, s, part), state(moved, s, part)};
        String difference =
            difference(state(exact, s, part), measured, got.states().get(2 * s + part), seed);
        if (difference != null) {
          return new Outcome(
              model.stateSlots().get(s) + (part == 0 ? " h" : " c") + difference, shapes, got);
        }
      }
    }
    return new Outcome(null, shapes, got);
  }

  private static double[] state(Result result, int slot, int part) {
    State state = result.states().get(slot);
    return (part == 0 ? state.h() : state.c()).data();
  }

  /** Null if all of it is near enough. */
  private String difference(double[] want, double[][] measured, float[] got, long seed) {
    if (want.length != got.length) {
      return " has " + got.length + " elements, expected " + want.length;
    }
    double error = 0;
    double largest = 0;
    for (int k = 0; k < want.length; k++) {
      if (Double.isFinite(want[k])) {
        error = Math.max(error, Math.abs(measured[0][k] - want[k]));
        error = Math.max(error, Math.abs(measured[1][k] - want[k]));
        largest = Math.max(largest, Math.abs(want[k]));
      }
    }
    double bound = Tolerances.float32(error, largest);
    for (int k = 0; k < want.length; k++) {
      boolean same = Double.isFinite(want[k]) ? true : Double.compare(want[k], got[k]) == 0;
      double off = Double.isFinite(want[k]) ? Math.abs(got[k] - want[k]) : 0;
      if (!same || !(off <= bound)) {
        return " differs at "
            + k
            + ": "
            + got[k]
            + ", expected "
            + want[k]
            + " within "
            + bound
            + " (float32 in the reference: "
            + measured[0][k]
            + ")";
      }
      if (off / bound > nearest) {
        nearest = off / bound;
        nearestModel = "seed " + seed;
      }
    }
    return null;
  }
}
