package org.rnn4j.cuda;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RunArgs;

/**
 * Where a run's inputs and outputs lie for the library: a direct buffer of the machine's byte order
 * is used as it is; all else passes through pinned memory, as do arrays whose axes must be ordered
 * anew. For one thread at a time.
 */
final class Places {
  private final RnnModel model;
  private final ModelInput.Kind[] kinds;
  private final boolean[] hasSteps;
  private final int[][] inputOrders;
  private final int[][] outputOrders;
  private final Pinned[] inputs;
  private final Pinned[] outputs;
  private final BufferAddress[] inputAddresses;
  private final BufferAddress[] outputAddresses;
  private final int[][] inputShapes;
  private final int[][] outputShapes;
  private final int[] inputSizes;
  private final int[] outputSizes;
  private final boolean[] valueHasSteps;
  private final AxisOrders axes = new AxisOrders();
  private boolean timeMajor;

  Places(RnnModel model, CudaDevice device) {
    this.model = model;
    int in = model.inputs().size();
    int out = model.outputs().size();
    kinds = model.inputs().stream().map(ModelInput::kind).toArray(ModelInput.Kind[]::new);
    hasSteps = new boolean[in];
    inputOrders = model.inputs().stream().map(ModelInput::axisOrder).toArray(int[][]::new);
    outputOrders = model.outputs().stream().map(ModelOutput::axisOrder).toArray(int[][]::new);
    inputs = new Pinned[in];
    outputs = new Pinned[out];
    inputAddresses = new BufferAddress[in];
    outputAddresses = new BufferAddress[out];
    inputShapes = new int[in][];
    outputShapes = new int[out][];
    inputSizes = new int[in];
    outputSizes = new int[out];
    valueHasSteps = new boolean[out];
    for (int k = 0; k < in; k++) {
      hasSteps[k] = model.inputs().get(k).hasSteps();
      inputs[k] = new Pinned(device);
      inputAddresses[k] = new BufferAddress();
    }
    for (int k = 0; k < out; k++) {
      outputs[k] = new Pinned(device);
      outputAddresses[k] = new BufferAddress();
    }
  }

  /**
   * New extents.
   *
   * @param in of the inputs, without batch
   * @param out of the values that are given out, without batch
   */
  void reshape(int rows, int[][] in, int[][] out) {
    for (int k = 0; k < inputs.length; k++) {
      inputShapes[k] = withBatch(rows, in[k]);
      inputSizes[k] = elements("input '" + model.inputs().get(k).name() + "'", inputShapes[k]);
    }
    for (int k = 0; k < outputs.length; k++) {
      ModelOutput output = model.outputs().get(k);
      outputShapes[k] =
          new ModelOutput(output.name(), output.source(), output.split(), new int[0])
              .callerShape(rows, out[k]);
      outputSizes[k] = elements("output '" + output.name() + "'", outputShapes[k]);
      valueHasSteps[k] = out[k].length >= 2;
    }
  }

  static int[] withBatch(int rows, int[] shape) {
    int[] all = new int[shape.length + 1];
    all[0] = rows;
    System.arraycopy(shape, 0, all, 1, shape.length);
    return all;
  }

  static int elements(String what, int[] shape) {
    long n = 1;
    for (int d : shape) {
      n *= d;
    }
    if (n > Integer.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException(
          what
              + " of shape "
              + Arrays.toString(shape)
              + " has "
              + n
              + " elements; one call takes at most "
              + Integer.MAX_VALUE / Float.BYTES
              + ": run fewer rows or steps at a time");
    }
    return (int) n;
  }

  /** Whether the library is to read and write time-major: if all arrays lie so. */
  boolean chooseLayout(RunArgs args) {
    boolean possible = false;
    boolean all = true;
    for (int k = 0; k < inputs.length; k++) {
      if (hasSteps[k]) {
        boolean swapped = isTimeMajor(inputOrder(args, k));
        possible |= swapped;
        all &= swapped;
      }
    }
    for (int k = 0; k < outputs.length; k++) {
      if (valueHasSteps[k] && isWanted(args, k)) {
        all &= isTimeMajor(outputOrder(args, k));
      }
    }
    timeMajor = possible && all;
    return timeMajor;
  }

  private static boolean isTimeMajor(int[] order) {
    return order != null
        && order.length < 10
        && order.length >= 2
        && Arrays.equals(order, AxisOrders.timeMajor(order.length));
  }

  /** The permutation of an input's axes, or null if it comes batch-first. */
  private int[] inputOrder(RunArgs args, int k) {
    if (inputOrders[k].length > 0) {
      return inputOrders[k];
    }
    return args.timeMajor() && hasSteps[k] ? AxisOrders.timeMajor(inputShapes[k].length) : null;
  }

  private int[] outputOrder(RunArgs args, int k) {
    if (outputOrders[k].length > 0) {
      return outputOrders[k];
    }
    int rank = outputShapes[k].length;
    return args.timeMajor() && rank > 2 ? AxisOrders.timeMajor(rank) : null;
  }

  /** What is left to do on the host: null if the library does it or there is nothing to do. */
  private int[] hostInputOrder(RunArgs args, int k) {
    return timeMajor && hasSteps[k] ? null : inputOrder(args, k);
  }

  private int[] hostOutputOrder(RunArgs args, int k) {
    return timeMajor && valueHasSteps[k] ? null : outputOrder(args, k);
  }

  private static boolean isWanted(RunArgs args, int k) {
    return args.output(k) != null || args.outputBuffer(k) != null;
  }

  /** Brings an input to where the library reads it. */
  long input(RunArgs args, int k) {
    int[] order = hostInputOrder(args, k);
    return kinds[k] == ModelInput.Kind.IDS ? ids(args, k, order) : floats(args, k, order);
  }

  private long floats(RunArgs args, int k, int[] order) {
    float[] array = args.floats(k);
    FloatBuffer buffer = args.floatBuffer(k);
    int n = inputSizes[k];
    if (order == null && array == null && isDirect(buffer.isDirect(), buffer.order())) {
      return inputAddresses[k].of(buffer) + (long) buffer.position() * Float.BYTES;
    }
    FloatBuffer to = inputs[k].room((long) n * Float.BYTES).floats();
    if (order != null) {
      axes.begin(inputShapes[k], order);
      if (array != null) {
        axes.toBatchFirst(array, to);
      } else {
        axes.toBatchFirst(buffer, buffer.position(), to);
      }
    } else if (array != null) {
      to.put(0, array, 0, n);
    } else {
      to.put(0, buffer, buffer.position(), n);
    }
    return inputs[k].address();
  }

  private long ids(RunArgs args, int k, int[] order) {
    int[] array = args.ids(k);
    IntBuffer buffer = args.idBuffer(k);
    int n = inputSizes[k];
    if (order == null && array == null && isDirect(buffer.isDirect(), buffer.order())) {
      return inputAddresses[k].of(buffer) + (long) buffer.position() * Integer.BYTES;
    }
    IntBuffer to = inputs[k].room((long) n * Integer.BYTES).ints();
    if (order != null) {
      axes.begin(inputShapes[k], order);
      if (array != null) {
        axes.toBatchFirst(array, to);
      } else {
        axes.toBatchFirst(buffer, buffer.position(), to);
      }
    } else if (array != null) {
      to.put(0, array, 0, n);
    } else {
      to.put(0, buffer, buffer.position(), n);
    }
    return inputs[k].address();
  }

  private static boolean isDirect(boolean direct, ByteOrder order) {
    return direct && order == ByteOrder.nativeOrder();
  }

  /** Where the library is to write an output; 0 if it is not wanted. */
  long output(RunArgs args, int k) {
    float[] array = args.output(k);
    FloatBuffer buffer = args.outputBuffer(k);
    if (array == null && buffer == null) {
      return 0;
    }
    int room = array != null ? array.length : buffer.remaining();
    requireRoom(model.outputs().get(k).name(), outputSizes[k], outputShapes[k], room);
    if (buffer != null && buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    if (writesInPlace(args, k)) {
      return outputAddresses[k].of(buffer) + (long) buffer.position() * Float.BYTES;
    }
    return outputs[k].room((long) room * Float.BYTES).address();
  }

  /** Refuses a place that an output does not fit into. */
  static void requireRoom(String output, int size, int[] shape, int room) {
    if (room != size) {
      throw new IllegalArgumentException(
          "output '"
              + output
              + "' has "
              + size
              + " elements, shape "
              + Arrays.toString(shape)
              + "; the place given for it holds "
              + room);
    }
  }

  private boolean writesInPlace(RunArgs args, int k) {
    FloatBuffer buffer = args.outputBuffer(k);
    return buffer != null
        && isDirect(buffer.isDirect(), buffer.order())
        && hostOutputOrder(args, k) == null;
  }

  /** Gives the caller an output that was wanted and written. */
  void deliver(RunArgs args, int k) {
    if (!isWanted(args, k) || writesInPlace(args, k)) {
      return;
    }
    float[] array = args.output(k);
    FloatBuffer buffer = args.outputBuffer(k);
    FloatBuffer from = outputs[k].floats();
    int[] order = hostOutputOrder(args, k);
    if (order != null) {
      axes.begin(outputShapes[k], order);
      if (array != null) {
        axes.fromBatchFirst(from, array);
      } else {
        axes.fromBatchFirst(from, buffer, buffer.position());
      }
    } else if (array != null) {
      from.get(0, array, 0, outputSizes[k]);
    } else {
      buffer.put(buffer.position(), from, 0, outputSizes[k]);
    }
  }

  /** Elements of all inputs and outputs are known to fit; frees the pinned memory. */
  void free() {
    for (Pinned p : inputs) {
      p.free();
    }
    for (Pinned p : outputs) {
      p.free();
    }
  }
}
