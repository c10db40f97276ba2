package org.rnn4j.cuda;

import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RunArgs;

/** The way of a model's outputs to the caller's places, with the caller's axes. For one thread. */
final class HostOutputs {
  private final ModelOutput[] outputs;
  private final int[][] orders;
  private final int[][] shapes;
  private final int[] sizes;
  private final AxisOrders axes = new AxisOrders();

  HostOutputs(RnnModel model) {
    outputs = model.outputs().toArray(ModelOutput[]::new);
    orders = model.outputs().stream().map(ModelOutput::axisOrder).toArray(int[][]::new);
    shapes = new int[outputs.length][];
    sizes = new int[outputs.length];
  }

  /** New extents of an output's value, without batch. */
  void reshape(int k, int rows, int[] shape) {
    ModelOutput out = outputs[k];
    shapes[k] =
        new ModelOutput(out.name(), out.source(), out.split(), new int[0]).callerShape(rows, shape);
    sizes[k] = Places.elements("output '" + out.name() + "'", shapes[k]);
  }

  /** Refuses a place that an output does not fit into, before anything runs. */
  void check(RunArgs args) {
    for (int k = 0; k < outputs.length; k++) {
      float[] array = args.output(k);
      FloatBuffer buffer = args.outputBuffer(k);
      if (array == null && buffer == null) {
        continue;
      }
      Places.requireRoom(
          outputs[k].name(),
          sizes[k],
          shapes[k],
          array != null ? array.length : buffer.remaining());
      if (buffer != null && buffer.isReadOnly()) {
        throw new ReadOnlyBufferException();
      }
    }
  }

  /** Gives the caller an output that was wanted. */
  void deliver(RunArgs args, int k, HostValue value) {
    float[] array = args.output(k);
    FloatBuffer buffer = args.outputBuffer(k);
    if (array == null && buffer == null) {
      return;
    }
    int[] order = order(args, k);
    if (order != null) {
      axes.begin(shapes[k], order);
      if (array != null) {
        axes.fromBatchFirst(value.view(), array);
      } else {
        axes.fromBatchFirst(value.view(), buffer, buffer.position());
      }
    } else if (array != null) {
      System.arraycopy(value.data(), 0, array, 0, sizes[k]);
    } else {
      buffer.put(buffer.position(), value.data(), 0, sizes[k]);
    }
  }

  private int[] order(RunArgs args, int k) {
    if (orders[k].length > 0) {
      return orders[k];
    }
    int rank = shapes[k].length;
    return args.timeMajor() && rank > 2 ? AxisOrders.timeMajor(rank) : null;
  }
}
