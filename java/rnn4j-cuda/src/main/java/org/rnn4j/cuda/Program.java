package org.rnn4j.cuda;

import java.util.List;
import java.util.Map;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * A model in the terms of the C ABI: values by number, and ops in the order of execution. What
 * {@link Lowering} makes of a plan and {@link ProgramWriter} writes for the library. Immutable.
 *
 * @param model what it computes
 * @param values by number
 * @param inputs the model's, as values
 * @param outputs the model's, as values
 * @param ops in the order of execution
 */
record Program(RnnModel model, List<Value> values, int[] inputs, int[] outputs, List<Op> ops) {
  /** The most extents of a value, without batch. */
  static final int MAX_RANK = 4;

  /** {@code RNN4J_NONE}. */
  static final int NONE = -1;

  /**
   * What flows between ops.
   *
   * @param port where it stands in the model; ids read as numbers have that of the ids
   * @param ids int32, else float32
   * @param shape extents without batch, {@link Layer#ANY} where a run gives them
   * @param hasSteps of an input: its first extent counts the steps that lengths speak of
   */
  record Value(Port port, boolean ids, int[] shape, boolean hasSteps) {}

  /** Which steps of an op's outputs count. */
  enum Counts {
    ALL,
    OWN_RULE,
    AS_INPUT
  }

  /**
   * One op; parts that its kind does not use are absent.
   *
   * @param kind what it computes
   * @param name the node's
   * @param inputs values, or {@link #NONE}
   * @param outputs values, or {@link #NONE} where nobody reads them
   * @param parameters the rest
   * @param counts which steps of the outputs count
   */
  record Op(
      OpKind kind,
      String name,
      int[] inputs,
      int[] outputs,
      Parameters parameters,
      Counts counts) {}

  /**
   * Parameters of an op.
   *
   * @param recurrent of RECURRENT
   * @param firstSlot of RECURRENT: the state slot of its first direction
   * @param activation of ACTIVATE
   * @param which of SELECT_STEP, CONCAT, MERGE
   * @param flag of SOFTMAX, EMBEDDING, CONCAT, MERGE
   * @param number of MASKING
   * @param axes of PERMUTE
   * @param rows of the kernel; ONE_HOT's depth
   * @param columns of the kernel
   * @param kernel of DENSE, EMBEDDING
   * @param bias of DENSE, CONSTANT
   */
  record Parameters(
      Recurrent recurrent,
      int firstSlot,
      Activation activation,
      int which,
      boolean flag,
      float number,
      int[] axes,
      int rows,
      int columns,
      Tensor kernel,
      Tensor bias) {
    static final Parameters ABSENT =
        new Parameters(null, 0, null, 0, false, 0, new int[0], 0, 0, null, null);

    static Parameters of(Recurrent layer, int slot) {
      return new Parameters(layer, slot, null, 0, false, 0, new int[0], 0, 0, null, null);
    }

    static Parameters of(Activation function) {
      return new Parameters(null, 0, function, 0, false, 0, new int[0], 0, 0, null, null);
    }

    static Parameters choice(int which, boolean flag) {
      return new Parameters(null, 0, null, which, flag, 0, new int[0], 0, 0, null, null);
    }

    static Parameters number(float value) {
      return new Parameters(null, 0, null, 0, false, value, new int[0], 0, 0, null, null);
    }

    static Parameters axes(int... order) {
      return new Parameters(null, 0, null, 0, false, 0, order, 0, 0, null, null);
    }

    static Parameters matrix(Tensor kernel, Tensor bias, boolean flag) {
      int rows = Math.toIntExact(kernel.dim(0));
      int columns = Math.toIntExact(kernel.dim(1));
      return new Parameters(null, 0, null, 0, flag, 0, new int[0], rows, columns, kernel, bias);
    }

    static Parameters rows(int count) {
      return new Parameters(null, 0, null, 0, false, 0, new int[0], count, 0, null, null);
    }

    static Parameters constant(Tensor value) {
      return new Parameters(null, 0, null, 0, false, 0, new int[0], 0, 0, null, value);
    }
  }

  /** The extents of all values in a run, {@link #MAX_RANK} each, unused ones 0. */
  void extents(Map<Port, int[]> shapes, int[] dst) {
    for (int v = 0; v < values.size(); v++) {
      int[] shape = shapes.get(values.get(v).port());
      for (int a = 0; a < MAX_RANK; a++) {
        dst[v * MAX_RANK + a] = a < shape.length ? shape[a] : 0;
      }
    }
  }
}
