package org.rnn4j.cpu;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.runtime.CountedSteps;
import org.rnn4j.runtime.PartArgs;

/**
 * The way between the caller's arrays, with the caller's axes, and batch-first values. A
 * batch-first array is used where it lies.
 */
final class Border {
  private Border() {}

  static void takeInputs(Frame f) {
    for (int k = 0; k < f.inputs.length; k++) {
      Value v = f.inputs[k];
      int[] order = f.inputOrder(k);
      if (f.inputKind(k) == ModelInput.Kind.IDS) {
        v.ids = ids(f, k, v, order);
        if (f.idsAsNumbers(k)) {
          v.data = numbers(f, k, v);
        }
      } else {
        v.data = floats(f, k, v, order);
      }
      validity(f, k, v);
    }
  }

  private static void validity(Frame f, int k, Value v) {
    v.everyStepCounts();
    if (v.shape.length == 0) {
      return;
    }
    Validity validity = v.validity;
    if (f.args.part() != null) {
      CountedSteps counted = f.args.part().counted(k);
      if (counted != null) {
        validity.take(counted);
      }
      return;
    } else if (!f.hasSteps(k)) {
      return;
    }
    if (f.args.lengths() != null) {
      validity.lengths(f.args.lengths());
    }
    if (f.args.mask() != null) {
      System.arraycopy(f.args.mask(), 0, validity.mask(), 0, v.rows * v.steps());
    }
  }

  private static float[] floats(Frame f, int k, Value v, int[] order) {
    float[] given = f.args.floats(k);
    if (given == null) {
      FloatBuffer buffer = f.args.floatBuffer(k);
      given = f.staging(k, v.size());
      buffer.get(buffer.position(), given, 0, v.size());
    }
    if (order == null) {
      return given;
    }
    float[] dst = f.reordered(k, v.size());
    Axes.toBatchFirst(given, dst, v.rows, v.shape, order, f.axisWork);
    return dst;
  }

  private static int[] ids(Frame f, int k, Value v, int[] order) {
    int[] given = f.args.ids(k);
    if (given == null) {
      IntBuffer buffer = f.args.idBuffer(k);
      given = f.idStaging(k, v.size());
      buffer.get(buffer.position(), given, 0, v.size());
    }
    if (order == null) {
      return given;
    }
    int[] dst = f.reorderedIds(k, v.size());
    Axes.toBatchFirst(given, dst, v.rows, v.shape, order, f.axisWork);
    return dst;
  }

  /** Ids for layers that take numbers: float32 holds whole numbers up to 2^24. */
  private static float[] numbers(Frame f, int k, Value v) {
    float[] dst = f.staging(k, v.size());
    for (int p = 0; p < v.size(); p++) {
      if (Math.abs((long) v.ids[p]) > 1 << 24) {
        throw new IllegalArgumentException(
            "input '"
                + f.model.inputs().get(k).name()
                + "' has id "
                + v.ids[p]
                + " at "
                + p
                + "; a layer takes it as a number, which is exact up to "
                + (1 << 24));
      }
      dst[p] = v.ids[p];
    }
    return dst;
  }

  /** Tells which steps of a part's outputs count. */
  private static void tellSteps(Frame f, PartArgs part) {
    for (int k = 0; k < f.outputs.length; k++) {
      CountedSteps counted = part.told(k);
      if (counted != null) {
        f.outputs[k].validity.give(counted);
      }
    }
  }

  static void giveOutputs(Frame f) {
    if (f.args.part() != null) {
      tellSteps(f, f.args.part());
    }
    for (int k = 0; k < f.outputs.length; k++) {
      float[] array = f.args.output(k);
      FloatBuffer buffer = f.args.outputBuffer(k);
      if (array == null && buffer == null) {
        continue;
      }
      Value v = f.outputs[k];
      int n = v.size();
      int room = array != null ? array.length : buffer.remaining();
      if (room != n) {
        throw new IllegalArgumentException(
            "output '"
                + f.model.outputs().get(k).name()
                + "' has "
                + n
                + " elements, shape "
                + java.util.Arrays.toString(f.model.outputs().get(k).callerShape(v.rows, v.shape))
                + "; the place given for it holds "
                + room);
      }
      int[] order = f.outputOrder(k);
      float[] source = v.data;
      if (order != null) {
        float[] dst = array != null ? array : f.outputStaging(n);
        Axes.fromBatchFirst(source, dst, f.outputShape(k), order, f.axisWork);
        source = dst;
      }
      if (buffer != null) {
        buffer.put(buffer.position(), source, 0, n);
      } else if (source != array) {
        System.arraycopy(source, 0, array, 0, n);
      }
    }
  }
}
