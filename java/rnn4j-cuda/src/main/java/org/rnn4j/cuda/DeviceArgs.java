package org.rnn4j.cuda;

import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;

/**
 * The arguments of one {@link DeviceModel#run}: places in device memory, as JavaCPP's pointers have
 * them (those of JavaCPP Presets for CUDA, say). Made by {@link DeviceModel#newArgs} and reusable.
 * Memory is borrowed until the stream has gone past the run. Not thread-safe.
 */
public final class DeviceArgs {
  final RnnModel model;
  final long[] inputs;
  final long[] outputs;
  final long[][] states;
  final int[] steps;
  int[] lengths;
  boolean timeMajor;

  DeviceArgs(RnnModel model) {
    this.model = model;
    inputs = new long[model.inputs().size()];
    outputs = new long[model.outputs().size()];
    states = new long[4][model.stateSlots().size()];
    steps = new int[inputs.length];
  }

  /**
   * Where input {@code index} lies: float32 {@code [B, T, ..]}, ids int32; with {@link #timeMajor}
   * {@code [T, B, ..]}.
   *
   * @param timeSteps T of a sequence; ignored for other inputs
   */
  public DeviceArgs input(int index, Pointer data, int timeSteps) {
    if (index < 0 || index >= inputs.length || timeSteps < 0) {
      throw new IllegalArgumentException(
          "input " + index + " of " + timeSteps + " steps; the model has " + model.inputs());
    }
    inputs[index] = place("input " + index, data);
    steps[index] = timeSteps;
    return this;
  }

  /** Where output {@code index} goes, all of its elements; null: it is not wanted. */
  public DeviceArgs output(int index, Pointer data) {
    if (index < 0 || index >= outputs.length) {
      throw new IllegalArgumentException("output " + index + "; the model has " + model.outputs());
    }
    outputs[index] = data == null ? 0 : place("output " + index, data);
    return this;
  }

  /** The state all rows begin with, h {@code [B, P]} and c {@code [B, H]}; null: their own. */
  public DeviceArgs initialState(int slot, Pointer h, Pointer c) {
    return state(0, slot, h, c);
  }

  /** Where a state goes at the end; null: it is not wanted. */
  public DeviceArgs finalState(int slot, Pointer h, Pointer c) {
    return state(2, slot, h, c);
  }

  private DeviceArgs state(int part, int slot, Pointer h, Pointer c) {
    if (slot < 0 || slot >= states[0].length) {
      throw new IllegalArgumentException(
          "state slot " + slot + "; the model has " + states[0].length);
    }
    states[part][slot] = h == null ? 0 : place("h of slot " + slot, h);
    states[part + 1][slot] = c == null ? 0 : place("c of slot " + slot, c);
    return this;
  }

  /** Steps of every row, in host memory; null: all of them. */
  public DeviceArgs lengths(int[] perRow) {
    lengths = perRow;
    return this;
  }

  /** Whether sequences lie as {@code [T, B, ..]}. */
  public DeviceArgs timeMajor(boolean value) {
    timeMajor = value;
    return this;
  }

  private static long place(String what, Pointer data) {
    if (Pointer.isNull(data)) {
      throw new IllegalArgumentException(what + " is a null pointer");
    }
    return data.address() + data.position() * data.sizeof();
  }

  /** The inputs' extents without batch, checked. */
  int[][] shapes(int rows) {
    int[][] shapes = new int[inputs.length][];
    for (int k = 0; k < inputs.length; k++) {
      ModelInput in = model.inputs().get(k);
      if (inputs[k] == 0) {
        throw new IllegalArgumentException("input '" + in.name() + "' was not given; it is " + in);
      }
      shapes[k] = in.shape();
      if (in.isSequence()) {
        shapes[k][0] = steps[k];
      }
      if (Arrays.stream(shapes[k]).anyMatch(d -> d < 0)) {
        throw new IllegalArgumentException(
            "input '" + in.name() + "' leaves more than its steps open: " + in);
      }
    }
    checkLengths(rows, shapes);
    return shapes;
  }

  private void checkLengths(int rows, int[][] shapes) {
    for (int k = 0; lengths != null && k < shapes.length; k++) {
      int t = model.inputs().get(k).hasSteps() ? shapes[k][0] : Integer.MAX_VALUE;
      if (lengths.length != rows || Arrays.stream(lengths).anyMatch(n -> n < 0 || n > t)) {
        throw new IllegalArgumentException(
            "lengths are "
                + Arrays.toString(lengths)
                + "; "
                + rows
                + " rows take as many, each between 0 and T = "
                + t);
      }
    }
  }
}
