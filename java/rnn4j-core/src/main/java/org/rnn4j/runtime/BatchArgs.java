package org.rnn4j.runtime;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.ModelInput;

/** Puts a {@link Batch} into {@link RunArgs}, checked against the model's inputs. Stateless. */
final class BatchArgs {
  private BatchArgs() {}

  /**
   * Fills in the inputs.
   *
   * @return their shapes without batch
   */
  static int[][] fill(RunArgs args, Batch batch, int rows) {
    List<ModelInput> inputs = args.model().inputs();
    for (String name : batch.inputs().keySet()) {
      if (inputs.stream().noneMatch(in -> in.name().equals(name))) {
        throw new IllegalArgumentException(
            "the model has no input '" + name + "'; it has " + inputs);
      }
    }
    int[][] shapes = new int[inputs.size()][];
    for (int k = 0; k < shapes.length; k++) {
      ModelInput in = inputs.get(k);
      NdArray x = batch.inputs().get(in.name());
      if (x == null) {
        throw new IllegalArgumentException(
            "input '"
                + in.name()
                + "' was not given; given: "
                + batch.inputs().keySet()
                + ", wanted: "
                + inputs);
      }
      shapes[k] = innerShape(in, x, batch.timeMajor(), rows);
      int steps = shapes[k].length == 0 ? 0 : shapes[k][0];
      if (in.kind() == ModelInput.Kind.IDS) {
        args.ids(k, x.ids() != null ? x.ids() : toIds(in, x.floats()), steps);
      } else {
        args.input(k, x.floats() != null ? x.floats() : toFloats(x.ids()), steps);
      }
    }
    return shapes;
  }

  /** The extents of {@code x} without batch, batch-first, checked against the input's. */
  private static int[] innerShape(ModelInput in, NdArray x, boolean timeMajor, int rows) {
    int batchAxis = RnnEngine.batchAxis(in, x, timeMajor);
    int[] declared = in.shape();
    int[] order = in.axisOrder();
    int[] shape = new int[declared.length];
    int at = 0;
    for (int axis = 0; axis < x.shape().length; axis++) {
      if (order.length > 0 && order[axis] != 0) {
        shape[order[axis] - 1] = x.shape()[axis];
      } else if (order.length == 0 && axis != batchAxis) {
        shape[at++] = x.shape()[axis];
      }
    }
    boolean fits = x.shape()[batchAxis] == rows;
    for (int k = 0; k < declared.length; k++) {
      fits &= org.rnn4j.model.Layer.agree(declared[k], shape[k]);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "input '"
              + in.name()
              + "' has shape "
              + Arrays.toString(x.shape())
              + (timeMajor ? " (time-major)" : "")
              + "; it must be "
              + in
              + " with B = "
              + rows);
    }
    return shape;
  }

  private static int[] toIds(ModelInput in, float[] values) {
    int[] ids = new int[values.length];
    for (int k = 0; k < ids.length; k++) {
      ids[k] = (int) values[k];
      if (ids[k] != values[k]) {
        throw new IllegalArgumentException(
            "input '" + in.name() + "' takes ids; element " + k + " is " + values[k]);
      }
    }
    return ids;
  }

  private static float[] toFloats(int[] values) {
    float[] floats = new float[values.length];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = values[k];
    }
    return floats;
  }
}
