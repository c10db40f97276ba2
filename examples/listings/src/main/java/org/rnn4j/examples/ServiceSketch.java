package org.rnn4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** The README's example, on a checkpoint with one feature and one output. */
public final class ServiceSketch {
  private ServiceSketch() {}

  /** Prints a forecast, the next one, and the size of the state. */
  public static void main(String[] args) throws IOException {
    System.out.println(run(Path.of(args[0]), Path.of(args[1])));
  }

  static String run(Path checkpoint, Path spec) throws IOException {
    float[] x = new float[30];
    float[] next = {0.5f};
    float[] out = new float[1];
    RnnModel model = ModelReader.read(checkpoint, ModelSpec.read(spec));
    try (RnnEngine engine = RnnEngine.open(model); // weights, shared between threads
        RnnSession session = engine.newSession(1)) { // recurrent state of one caller
      float[] y = session.run(x, 30); // 30 steps at once, [1, 30, I] in
      session.step(next, out); // one more step, from where the session stands
      byte[] state = session.exportState(0); // to another machine, or to tomorrow
      return y[0]
          + " then "
          + out[0]
          + ", state of "
          + state.length
          + " bytes after "
          + session.steps(0)
          + " steps";
    }
  }
}
