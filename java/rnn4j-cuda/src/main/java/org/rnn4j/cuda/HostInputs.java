package org.rnn4j.cuda;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RunArgs;

/**
 * A model's inputs for its segments: the caller's own arrays and buffers, or copies whose axes are
 * batch first. For one thread at a time.
 */
final class HostInputs {
  private final ModelInput[] inputs;
  private final int[][] orders;
  private final float[][] floats;
  private final int[][] ids;
  private final boolean[] ordered;
  private final AxisOrders axes = new AxisOrders();

  HostInputs(RnnModel model) {
    inputs = model.inputs().toArray(ModelInput[]::new);
    orders = model.inputs().stream().map(ModelInput::axisOrder).toArray(int[][]::new);
    floats = new float[inputs.length][0];
    ids = new int[inputs.length][0];
    ordered = new boolean[inputs.length];
  }

  /** Takes an input of these extents without batch. */
  void take(RunArgs args, int k, int rows, int[] shape) {
    boolean swapped = args.timeMajor() && inputs[k].hasSteps();
    int rank = shape.length + 1;
    int[] order = orders[k].length > 0 ? orders[k] : swapped ? AxisOrders.timeMajor(rank) : null;
    ordered[k] = order != null;
    if (order == null) {
      return;
    }
    int[] all = Places.withBatch(rows, shape);
    int n = Places.elements("input '" + inputs[k].name() + "'", all);
    axes.begin(all, order);
    if (inputs[k].kind() == ModelInput.Kind.IDS) {
      ids[k] = ids[k].length < n ? new int[n] : ids[k];
      orderIds(args, k, IntBuffer.wrap(ids[k]));
    } else {
      floats[k] = floats[k].length < n ? new float[n] : floats[k];
      orderFloats(args, k, FloatBuffer.wrap(floats[k]));
    }
  }

  private void orderIds(RunArgs args, int k, IntBuffer to) {
    if (args.ids(k) != null) {
      axes.toBatchFirst(args.ids(k), to);
    } else {
      axes.toBatchFirst(args.idBuffer(k), args.idBuffer(k).position(), to);
    }
  }

  private void orderFloats(RunArgs args, int k, FloatBuffer to) {
    if (args.floats(k) != null) {
      axes.toBatchFirst(args.floats(k), to);
    } else {
      axes.toBatchFirst(args.floatBuffer(k), args.floatBuffer(k).position(), to);
    }
  }

  /** Gives an input to a segment. */
  void give(RunArgs args, int k, RunArgs part, int index) {
    if (inputs[k].kind() == ModelInput.Kind.IDS) {
      if (ordered[k] || args.ids(k) != null) {
        part.ids(index, ordered[k] ? ids[k] : args.ids(k), 0);
      } else {
        part.ids(index, args.idBuffer(k), 0);
      }
    } else if (ordered[k] || args.floats(k) != null) {
      part.input(index, ordered[k] ? floats[k] : args.floats(k), 0);
    } else {
      part.input(index, args.floatBuffer(k), 0);
    }
  }

  /** Lets go of what a segment was given. */
  void release(int k, RunArgs part, int index) {
    if (inputs[k].kind() == ModelInput.Kind.IDS) {
      part.ids(index, (int[]) null, 0);
    } else {
      part.input(index, (float[]) null, 0);
    }
  }

  /** An input that is an output as well: as numbers, batch first. */
  void copy(RunArgs args, int k, HostValue to) {
    FloatBuffer dst = to.view();
    int n = dst.limit();
    if (inputs[k].kind() != ModelInput.Kind.IDS) {
      FloatBuffer from = args.floatBuffer(k);
      if (ordered[k] || from == null) {
        dst.put(0, ordered[k] ? floats[k] : args.floats(k), 0, n);
      } else {
        dst.put(0, from, from.position(), n);
      }
      return;
    }
    IntBuffer from = args.idBuffer(k);
    for (int p = 0; p < n; p++) {
      int id =
          ordered[k] ? ids[k][p] : from == null ? args.ids(k)[p] : from.get(from.position() + p);
      if (Math.abs((long) id) > 1 << 24) {
        throw new IllegalArgumentException(
            "input '"
                + inputs[k].name()
                + "' has id "
                + id
                + " at "
                + p
                + "; it is given out as a number, which is exact up to "
                + (1 << 24));
      }
      dst.put(p, id);
    }
  }
}
