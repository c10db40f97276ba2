package org.rnn4j.parity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.reference.Value;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.RunArgs;

/**
 * A run on an engine, in the caller's layout.
 *
 * @param outputs in the order of the model's, batch first whatever the layout was
 * @param states h and c by state slot
 */
record EngineRun(List<float[]> outputs, List<float[]> states) {
  /** How a caller hands over and takes back. */
  record Border(boolean timeMajor, boolean buffers) {}

  /**
   * Runs a session on.
   *
   * @param shapes of the outputs, batch included, in the caller's axes but never time-major
   */
  static EngineRun of(RnnSession session, RandomRun run, Border border, List<int[]> shapes) {
    RnnModel model = session.engine().model();
    if (run.states() != null) {
      for (int s = 0; s < run.states().size(); s++) {
        StateSlot slot = model.stateSlots().get(s);
        float[][] given = run.states().get(s);
        session.setState(
            s,
            NdArray.of(given[0], run.rows(), slot.hSize()),
            slot.cSize() == 0 ? null : NdArray.of(given[1], run.rows(), slot.cSize()));
      }
    }
    RunArgs args = session.engine().newArgs().timeMajor(border.timeMajor());
    for (int k = 0; k < run.data().length; k++) {
      input(args, k, model.inputs().get(k), run, border);
    }
    args.lengths(run.lengths()).mask(flat(run));
    List<float[]> places = new ArrayList<>();
    List<FloatBuffer> buffers = new ArrayList<>();
    for (int k = 0; k < shapes.size(); k++) {
      int n = 1;
      for (int d : shapes.get(k)) {
        n *= d;
      }
      places.add(new float[n]);
      buffers.add(direct(new float[n + 3]));
      buffers.get(k).position(2).limit(2 + n);
      if (border.buffers()) {
        args.output(k, buffers.get(k));
      } else {
        args.output(k, places.get(k));
      }
    }
    session.run(args);
    List<float[]> outputs = new ArrayList<>();
    for (int k = 0; k < shapes.size(); k++) {
      if (border.buffers()) {
        buffers.get(k).get(places.get(k));
      }
      boolean swapped =
          border.timeMajor()
              && model.outputs().get(k).axisOrder().length == 0
              && shapes.get(k).length > 2;
      int[] shape = shapes.get(k);
      outputs.add(swapped ? swap(places.get(k), shape[1], shape[0]) : places.get(k));
    }
    List<float[]> states = new ArrayList<>();
    for (int s = 0; s < model.stateSlots().size(); s++) {
      states.add(session.h(s).floats());
      states.add(session.c(s).floats());
    }
    return new EngineRun(outputs, states);
  }

  private static void input(RunArgs args, int k, ModelInput in, RandomRun run, Border border) {
    float[] data = run.data()[k];
    int steps = run.steps()[k];
    boolean sequence = RandomRun.isSequence(in);
    if (sequence && (in.axisOrder().length > 0 || border.timeMajor())) {
      data = swap(data, run.rows(), steps);
    }
    if (in.kind() == ModelInput.Kind.FEATURES) {
      if (border.buffers()) {
        args.input(k, direct(data), steps);
      } else {
        args.input(k, data, steps);
      }
      return;
    }
    int[] ids = new int[data.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) data[i];
    }
    if (border.buffers()) {
      args.ids(k, IntBuffer.wrap(ids), steps);
    } else {
      args.ids(k, ids, steps);
    }
  }

  private static FloatBuffer direct(float[] data) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(4 * data.length).order(ByteOrder.nativeOrder()).asFloatBuffer();
    return buffer.put(data).flip();
  }

  private static boolean[] flat(RandomRun run) {
    if (run.mask() == null) {
      return null;
    }
    int t = run.rows() == 0 ? 0 : run.mask()[0].length;
    boolean[] flat = new boolean[run.rows() * t];
    for (int r = 0; r < run.rows(); r++) {
      System.arraycopy(run.mask()[r], 0, flat, r * t, t);
    }
    return flat;
  }

  /** {@code [a, b, ..]} becomes {@code [b, a, ..]}. */
  static float[] swap(float[] x, int a, int b) {
    float[] y = new float[x.length];
    int width = x.length == 0 ? 0 : x.length / a / b;
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(x, (i * b + j) * width, y, (j * a + i) * width, width);
      }
    }
    return y;
  }

  /** The shapes of the outputs that belong to the reference's values. */
  static List<int[]> shapes(RnnModel model, java.util.Map<org.rnn4j.model.Port, Value> values) {
    List<int[]> shapes = new ArrayList<>();
    for (ModelOutput out : model.outputs()) {
      int[] shape = values.get(out.source()).shape();
      shapes.add(out.callerShape(shape[0], java.util.Arrays.copyOfRange(shape, 1, shape.length)));
    }
    return shapes;
  }

  /** A value of the reference as the model's output shows it. */
  static double[] shown(ModelOutput out, Value value) {
    double[] data = value.data();
    if (out.axisOrder().length == 0) {
      return data;
    }
    int a = value.shape()[0];
    int b = out.split().length > 0 && value.shape().length == 2 ? out.split()[0] : value.shape()[1];
    double[] y = new double[data.length];
    int width = data.length == 0 ? 0 : data.length / a / b;
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(data, (i * b + j) * width, y, (j * a + i) * width, width);
      }
    }
    return y;
  }
}
