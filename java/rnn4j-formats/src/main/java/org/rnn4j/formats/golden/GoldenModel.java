package org.rnn4j.formats.golden;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Taps;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * A model of a golden folder, opened with all outputs that the folder records, and the session that
 * a case left for the next one. Used by one thread.
 */
final class GoldenModel implements AutoCloseable {
  private final RnnEngine engine;
  private final String mainOutput;
  private final Map<String, int[]> outputShapes = new HashMap<>();
  private RnnSession session;

  GoldenModel(RnnModel model, Set<GoldenOutputs.Inner> wanted, EngineOptions options) {
    mainOutput = Taps.result(model).name();
    RnnModel extended = GoldenOutputs.extend(model, wanted);
    int[][] in = extended.inputs().stream().map(ModelInput::shape).toArray(int[][]::new);
    Map<Port, int[]> shapes = extended.shapes(in);
    for (ModelOutput out : extended.outputs()) {
      outputShapes.put(out.name(), shapes.get(out.source()));
    }
    engine = RnnEngine.open(extended, options);
  }

  RnnEngine engine() {
    return engine;
  }

  RnnModel model() {
    return engine.model();
  }

  /** The name of the output that {@code expected.outputs} means. */
  String mainOutput() {
    return mainOutput;
  }

  /** The caller's axis of an output that is time; -1 if it is no sequence. */
  int timeAxis(ModelOutput out, boolean timeMajor) {
    return GoldenArrays.timeAxis(out, outputShapes.get(out.name()), timeMajor);
  }

  /** A new session for {@code rows} rows; the one before is closed. */
  RnnSession begin(int rows) {
    endSession();
    session = engine.newSession(rows);
    return session;
  }

  /** The session as the case before left it. */
  RnnSession goOn(int rows) {
    if (session == null || session.rows() != rows) {
      throw new IllegalArgumentException(
          "the case continues one of "
              + (session == null ? "none" : session.rows() + " rows")
              + " with "
              + rows
              + " rows");
    }
    return session;
  }

  private void endSession() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  @Override
  public void close() {
    endSession();
    engine.close();
  }
}
