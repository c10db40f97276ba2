package org.rnn4j.runtime;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;

/**
 * The arguments of one run, made by {@link RnnEngine#newArgs} and reusable: a service keeps one
 * beside its session and its buffers, and a run then allocates nothing.
 *
 * <p>Arrays and buffers are borrowed for the duration of the run; of a buffer, the range from
 * position to limit is used and its position is not moved. Not thread-safe.
 */
public final class RunArgs {
  private final RnnModel model;
  private final float[][] floats;
  private final FloatBuffer[] floatBuffers;
  private final int[][] ids;
  private final IntBuffer[] idBuffers;
  private final int[] steps;
  private final int[][] shapes;
  private final float[][] outputs;
  private final FloatBuffer[] outputBuffers;
  private final float[][] initialH;
  private final float[][] initialC;
  private final float[][] finalH;
  private final float[][] finalC;
  private int[] lengths;
  private boolean[] mask;
  private boolean timeMajor;
  private boolean ownSteps;
  private long[] stepsSeen;
  private PartArgs part;

  RunArgs(RnnModel model) {
    this.model = model;
    int n = model.inputs().size();
    floats = new float[n][];
    floatBuffers = new FloatBuffer[n];
    ids = new int[n][];
    idBuffers = new IntBuffer[n];
    steps = new int[n];
    shapes = model.inputs().stream().map(ModelInput::shape).toArray(int[][]::new);
    outputs = new float[model.outputs().size()][];
    outputBuffers = new FloatBuffer[model.outputs().size()];
    int slots = model.stateSlots().size();
    initialH = new float[slots][];
    initialC = new float[slots][];
    finalH = new float[slots][];
    finalC = new float[slots][];
  }

  /**
   * Features of input {@code index}.
   *
   * @param data exactly {@code rows * shape} elements, in the input's axis order
   * @param timeSteps T of a sequence; ignored for other inputs
   */
  public RunArgs input(int index, float[] data, int timeSteps) {
    take(index, timeSteps, ModelInput.Kind.FEATURES);
    floats[index] = data;
    return this;
  }

  /** Features of input {@code index} in a buffer. */
  public RunArgs input(int index, FloatBuffer data, int timeSteps) {
    take(index, timeSteps, ModelInput.Kind.FEATURES);
    floatBuffers[index] = data;
    return this;
  }

  /** Ids of input {@code index}. */
  public RunArgs ids(int index, int[] data, int timeSteps) {
    take(index, timeSteps, ModelInput.Kind.IDS);
    ids[index] = data;
    return this;
  }

  /** Ids of input {@code index} in a buffer. */
  public RunArgs ids(int index, IntBuffer data, int timeSteps) {
    take(index, timeSteps, ModelInput.Kind.IDS);
    idBuffers[index] = data;
    return this;
  }

  private void take(int index, int timeSteps, ModelInput.Kind kind) {
    List<ModelInput> inputs = model.inputs();
    if (index < 0 || index >= inputs.size()) {
      throw new IllegalArgumentException(
          "input " + index + "; the model has " + inputs.size() + ": " + inputs);
    }
    boolean takesIds = inputs.get(index).kind() == ModelInput.Kind.IDS;
    if (takesIds != (kind == ModelInput.Kind.IDS)) {
      throw new IllegalArgumentException(
          "input '"
              + inputs.get(index).name()
              + "' takes "
              + inputs.get(index).kind()
              + ", it was given "
              + kind);
    }
    if (timeSteps < 0) {
      throw new IllegalArgumentException(
          "input '" + inputs.get(index).name() + "' has " + timeSteps + " steps");
    }
    floats[index] = null;
    floatBuffers[index] = null;
    ids[index] = null;
    idBuffers[index] = null;
    steps[index] = timeSteps;
  }

  /**
   * Steps of every row, {@code [B]}, each between 0 and T; null: all of them. They hold for all
   * sequence inputs, which must have one T. Excludes a mask.
   */
  public RunArgs lengths(int[] perRow) {
    lengths = perRow;
    return this;
  }

  /** {@code [B, T]} row-major, true where a step counts; null: everywhere. Excludes lengths. */
  public RunArgs mask(boolean[] perRowAndStep) {
    mask = perRowAndStep;
    return this;
  }

  /**
   * True: sequences come in and go out as {@code [T, B, ..]}, unless the model itself orders axes.
   */
  public RunArgs timeMajor(boolean value) {
    timeMajor = value;
    return this;
  }

  /** Where output {@code index} goes: exactly its elements. Null: it is not wanted. */
  public RunArgs output(int index, float[] data) {
    checkOutput(index);
    outputBuffers[index] = null;
    outputs[index] = data;
    return this;
  }

  /** Where output {@code index} goes. Null: it is not wanted. */
  public RunArgs output(int index, FloatBuffer data) {
    checkOutput(index);
    outputs[index] = null;
    outputBuffers[index] = data;
    return this;
  }

  /**
   * The state all rows begin this run with, in place of the session's or a wired one: states that
   * go in and out in every call. The other slots go on as they are.
   *
   * @param slot index in the model's state slots
   * @param h {@code [B, P]}; null: the session's own again
   * @param c {@code [B, H]}; null where the cell has none
   */
  public RunArgs initialState(int slot, float[] h, float[] c) {
    checkSlot(slot);
    initialH[slot] = h;
    initialC[slot] = c;
    return this;
  }

  /**
   * Where a state goes when the run has succeeded; the session keeps it too.
   *
   * @param slot index in the model's state slots
   * @param h {@code [B, P]}, or null
   * @param c {@code [B, H]}, or null
   */
  public RunArgs finalState(int slot, float[] h, float[] c) {
    checkSlot(slot);
    finalH[slot] = h;
    finalC[slot] = c;
    return this;
  }

  private void checkSlot(int slot) {
    if (slot < 0 || slot >= initialH.length) {
      throw new IllegalArgumentException(
          "state slot " + slot + "; the model has " + initialH.length);
    }
  }

  /** The h that rows begin with, or null: the session's. */
  public float[] initialH(int slot) {
    return initialH[slot];
  }

  /** The c that rows begin with; null if {@link #initialH} is, or where the cell has none. */
  public float[] initialC(int slot) {
    return initialC[slot];
  }

  /** Where the final h goes, or null. */
  public float[] finalH(int slot) {
    return finalH[slot];
  }

  /** Where the final c goes, or null. */
  public float[] finalC(int slot) {
    return finalC[slot];
  }

  /** True if any state is given. */
  boolean givesState() {
    for (float[] h : initialH) {
      if (h != null) {
        return true;
      }
    }
    return false;
  }

  private void checkStates(int rows) {
    for (int k = 0; k < initialH.length; k++) {
      StateSlot slot = model.stateSlots().get(k);
      boolean given = initialH[k] != null || initialC[k] != null;
      boolean wantsC = given && slot.cSize() > 0;
      checkState(slot, "initial h", initialH[k], (long) rows * slot.hSize(), given);
      checkState(slot, "initial c", initialC[k], (long) rows * slot.cSize(), wantsC);
      checkState(slot, "final h", finalH[k], (long) rows * slot.hSize(), false);
      checkState(slot, "final c", finalC[k], (long) rows * slot.cSize(), false);
    }
  }

  private static void checkState(
      StateSlot slot, String what, float[] array, long want, boolean required) {
    if (array == null ? required : array.length != want) {
      throw new IllegalArgumentException(
          what
              + " of layer '"
              + slot.node()
              + "' has "
              + (array == null ? "no" : Integer.toString(array.length))
              + " elements; it takes "
              + want);
    }
  }

  private void checkOutput(int index) {
    if (index < 0 || index >= outputs.length) {
      throw new IllegalArgumentException(
          "output "
              + index
              + "; the model has "
              + outputs.length
              + ": "
              + model.outputs().stream().map(ModelOutput::name).toList());
    }
  }

  /** The model these arguments are for. */
  public RnnModel model() {
    return model;
  }

  /** The array given for an input, or null. */
  public float[] floats(int index) {
    return floats[index];
  }

  /** The buffer given for an input, or null. */
  public FloatBuffer floatBuffer(int index) {
    return floatBuffers[index];
  }

  /** The ids given for an input, or null. */
  public int[] ids(int index) {
    return ids[index];
  }

  /** The id buffer given for an input, or null. */
  public IntBuffer idBuffer(int index) {
    return idBuffers[index];
  }

  /** Steps of an input. */
  public int steps(int index) {
    return steps[index];
  }

  /** Lengths, or null. At least as many as there are rows. */
  public int[] lengths() {
    return lengths;
  }

  /** Mask, or null. */
  public boolean[] mask() {
    return mask;
  }

  /** Whether sequences are time-major. */
  public boolean timeMajor() {
    return timeMajor;
  }

  /** Where an output goes, or null. */
  public float[] output(int index) {
    return outputs[index];
  }

  /** Where an output goes, or null. */
  public FloatBuffer outputBuffer(int index) {
    return outputBuffers[index];
  }

  /**
   * True: a row's length is its own T, as if it ran alone: "the last step" is the last of its
   * length. Set by {@link BatchStepper}, where rows of different callers share a batch.
   */
  public boolean ownSteps() {
    return ownSteps;
  }

  /** The time steps that a row of the session has seen before this run. */
  public long stepsSeen(int row) {
    return stepsSeen[row];
  }

  RunArgs stepsSeen(long[] perRow) {
    stepsSeen = perRow;
    return this;
  }

  RunArgs ownSteps(boolean value) {
    ownSteps = value;
    return this;
  }

  /**
   * Arguments for an executable that runs a part of a model, made by the one that runs the whole.
   * They are not checked: its maker knows all shapes.
   */
  public static RunArgs ofPart(RnnModel part) {
    RunArgs args = new RunArgs(part);
    args.part = new PartArgs(part);
    return args;
  }

  /** Of arguments of a part: all that no {@link RunArgs} of a whole model says. */
  public PartArgs part() {
    return part;
  }

  /** Takes over what a run of the whole says of its rows and steps, for a part of it. */
  public RunArgs rowsOf(RunArgs whole) {
    ownSteps = whole.ownSteps;
    stepsSeen = whole.stepsSeen;
    return this;
  }

  /** The extents of an input without batch, with its steps put in. */
  public void shape(int index, int[] dst) {
    if (part != null) {
      System.arraycopy(part.extents(index), 0, dst, 0, dst.length);
      return;
    }
    int[] shape = shapes[index];
    for (int k = 0; k < shape.length; k++) {
      dst[k] = shape[k] == Layer.ANY ? steps[index] : shape[k];
    }
  }

  /**
   * Checks everything that does not need a plan's shapes; messages give values and what is allowed.
   */
  void check(int rows) {
    for (int k = 0; k < floats.length; k++) {
      ModelInput in = model.inputs().get(k);
      long want = rows;
      for (int d : shapes[k]) {
        want *= d == Layer.ANY ? steps[k] : d;
      }
      long got =
          floats[k] != null
              ? floats[k].length
              : floatBuffers[k] != null
                  ? floatBuffers[k].remaining()
                  : ids[k] != null
                      ? ids[k].length
                      : idBuffers[k] != null ? idBuffers[k].remaining() : -1;
      if (got < 0) {
        throw new IllegalArgumentException("input '" + in.name() + "' was not given; it is " + in);
      }
      if (got != want) {
        throw new IllegalArgumentException(
            "input '"
                + in.name()
                + "' has "
                + got
                + " elements; "
                + in
                + " with B = "
                + rows
                + (in.isSequence() ? ", T = " + steps[k] : "")
                + " takes "
                + want);
      }
    }
    checkStates(rows);
    if (lengths != null && mask != null) {
      throw new IllegalArgumentException("lengths and a mask were given; give one of them");
    }
    if (lengths != null || mask != null) {
      checkSameSteps();
    }
    if (lengths != null) {
      checkLengths(rows);
    }
    if (mask != null && mask.length != (long) rows * sequenceSteps()) {
      throw new IllegalArgumentException(
          "mask has "
              + mask.length
              + " elements; B = "
              + rows
              + " rows of T = "
              + sequenceSteps()
              + " steps take "
              + (long) rows * sequenceSteps());
    }
  }

  /** Lengths and mask hold for all sequence inputs alike. */
  private void checkSameSteps() {
    int t = sequenceSteps();
    for (int k = 0; k < steps.length; k++) {
      int[] shape = shapes[k];
      if (isSequence(k) && (shape[0] == Layer.ANY ? steps[k] : shape[0]) != t) {
        throw new IllegalArgumentException(
            "lengths or a mask for T = "
                + t
                + " were given, but input '"
                + model.inputs().get(k).name()
                + "' has "
                + (shape[0] == Layer.ANY ? steps[k] : shape[0])
                + " steps; they hold for all sequence inputs");
      }
    }
  }

  private boolean isSequence(int k) {
    return model.inputs().get(k).hasSteps();
  }

  private void checkLengths(int rows) {
    // A stepper keeps one array for all numbers of rows.
    if (ownSteps ? lengths.length < rows : lengths.length != rows) {
      throw new IllegalArgumentException(
          "lengths has "
              + lengths.length
              + " values "
              + Arrays.toString(lengths)
              + "; the batch has "
              + rows
              + " rows");
    }
    int t = sequenceSteps();
    for (int r = 0; r < rows; r++) {
      if (lengths[r] < 0 || lengths[r] > t) {
        throw new IllegalArgumentException(
            "lengths[" + r + "] is " + lengths[r] + "; it must be between 0 and T = " + t);
      }
    }
  }

  /** T of the first input that is a sequence; without one, what was said of the first input. */
  int stepsTaken() {
    for (int k = 0; k < steps.length; k++) {
      if (isSequence(k)) {
        return sequenceSteps();
      }
    }
    return steps[0];
  }

  /** T of the first input that is a sequence. */
  int sequenceSteps() {
    for (int k = 0; k < steps.length; k++) {
      int[] shape = shapes[k];
      if (isSequence(k)) {
        return shape[0] == Layer.ANY ? steps[k] : shape[0];
      }
    }
    throw new IllegalArgumentException(
        "lengths or a mask were given to a model without a sequence input: " + model.inputs());
  }
}
