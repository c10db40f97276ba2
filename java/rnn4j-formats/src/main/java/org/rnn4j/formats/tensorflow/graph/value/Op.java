package org.rnn4j.formats.tensorflow.graph.value;

import java.util.List;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Tensor;

/**
 * What a {@link Value} is of its arguments. Axes are positions in {@link Value#atoms()} of the
 * argument; axes that an operation makes are its value's own.
 */
public sealed interface Op {
  /**
   * What a caller gives. No arguments.
   *
   * @param name of the model's input
   * @param integers true for ids and lengths
   */
  record Input(String name, boolean integers) implements Op {}

  /**
   * A constant that is no weight of a {@link Linear}. No arguments; one own atom an axis.
   *
   * @param tensor its elements
   */
  record Constant(Tensor tensor) implements Op {}

  /**
   * {@code sum_k args[k] W_k + sum b}: the last atom is its own.
   *
   * @param axes which axis of each argument is contracted
   * @param weights a matrix for each argument
   * @param biases vectors that are added
   */
  record Linear(List<Integer> axes, List<Weights> weights, List<Bias> biases) implements Op {
    /** Copies the lists. */
    public Linear {
      axes = List.copyOf(axes);
      weights = List.copyOf(weights);
      biases = List.copyOf(biases);
    }
  }

  /**
   * An elementwise function of one argument.
   *
   * @param function which
   */
  record Apply(Activation function) implements Op {}

  /**
   * {@code scale x + shift}, elementwise.
   *
   * @param scale factor
   * @param shift summand
   */
  record Affine(double scale, double shift) implements Op {}

  /**
   * {@code min(high, max(low, x))}, elementwise.
   *
   * @param low may be -infinity
   * @param high may be infinity
   */
  record Clip(double low, double high) implements Op {}

  /**
   * Softmax along one axis.
   *
   * @param axis of the argument
   * @param log true for its logarithm
   */
  record Softmax(int axis, boolean log) implements Op {}

  /**
   * An elementwise function of two arguments.
   *
   * @param how which
   */
  record Pair(Layer.Merge.Op how) implements Op {}

  /**
   * Arguments one after the other along one axis each, which become one own atom, the last.
   *
   * @param axes of the arguments
   */
  record Concat(List<Integer> axes) implements Op {
    /** Copies the list. */
    public Concat {
      axes = List.copyOf(axes);
    }
  }

  /**
   * Some elements along one axis, which become one own atom in its place.
   *
   * @param axis of the argument
   * @param from the first
   * @param count how many
   */
  record Slice(int axis, long from, long count) implements Op {}

  /**
   * One element of an axis, which vanishes.
   *
   * @param axis of the argument
   * @param index from 0, or {@link #LAST}
   */
  record At(int axis, long index) implements Op {
    /** The last element. */
    public static final long LAST = -1;
  }

  /** Arguments of the same axes, one for each index of an own atom, the first. */
  record Stack() implements Op {}

  /**
   * Axes seen as others: own atoms stand where the first of them stood.
   *
   * @param axes of the argument, in row-major order
   */
  record Regroup(List<Integer> axes) implements Op {
    /** Copies the list. */
    public Regroup {
      axes = List.copyOf(axes);
    }
  }

  /**
   * Rows of a table by id; the width is the value's own atom, the last.
   *
   * @param table {@code [rows, width]}
   */
  record Embedding(Tensor table) implements Op {}

  /**
   * Ids as rows with a single 1; the width is the value's own atom, the last.
   *
   * @param depth the width
   */
  record OneHot(int depth) implements Op {}

  /**
   * An axis from its last element to its first. A second argument, if there is one, are the lengths
   * within which rows are reversed.
   *
   * @param axis of the first argument
   */
  record Reverse(int axis) implements Op {}

  /**
   * The element at the last valid step; a second argument are the lengths.
   *
   * @param axis of the first argument
   */
  record LastValid(int axis) implements Op {}

  /** {@code args[0] ? args[1] : args[2]}. */
  record Select() implements Op {}

  /**
   * True where a row's length (the argument) is at most the number of the step.
   *
   * @param step the step, or -1: that of the loop
   * @param loop which loop, where the step is its own
   */
  record PastEnd(long step, int loop) implements Op {}

  /**
   * What a loop carries from step to step. No arguments.
   *
   * @param loop which loop
   * @param index which of its states
   */
  record State(int loop, int index) implements Op {}

  /**
   * A recurrent layer: {@link Output} values are what it gives. Arguments: x, then those of h, c
   * and lengths that it has.
   *
   * @param cell the cell
   * @param time which axis of x are the steps
   * @param width which axis of x are the features
   * @param reverse true if it reads from the end
   * @param hasH an initial h is given
   * @param hasC an initial c is given
   * @param hasLengths lengths are given
   * @param residual the sequence that is given out is input + output
   * @param name from the names in the file
   */
  record Recurrence(
      Cell cell,
      int time,
      int width,
      boolean reverse,
      boolean hasH,
      boolean hasC,
      boolean hasLengths,
      boolean residual,
      String name)
      implements Op {
    /** The argument that is the initial h. */
    public int argumentH() {
      return 1;
    }

    /** The argument that is the initial c. */
    public int argumentC() {
      return hasH ? 2 : 1;
    }
  }

  /**
   * The c of every step of a {@link Recurrence}, the argument, in the order in which it was run.
   * Only its last one can be had.
   */
  record CellStates() implements Op {}

  /**
   * What a {@link Recurrence} gives.
   *
   * @param which {@link Recurrent#OUT}, {@link Recurrent#OUT_H} or {@link Recurrent#OUT_C}
   */
  record Output(int which) implements Op {}
}
