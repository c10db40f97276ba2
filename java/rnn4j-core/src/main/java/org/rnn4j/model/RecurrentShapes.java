package org.rnn4j.model;

import java.util.Arrays;

/** What shapes a {@link Recurrent} takes and gives. Stateless. */
final class RecurrentShapes {
  private RecurrentShapes() {}

  /** The shapes of all outputs; null where there is none. */
  static int[][] of(Recurrent layer, int[][] in) {
    Cell cell = layer.cell();
    Cell backward = layer.backwardCell();
    int[] x = in[Recurrent.IN_X];
    requireSequence(x, cell, "input");
    if (backward != null) {
      int[] second = at(in, Recurrent.IN_X_BACKWARD) == null ? x : in[Recurrent.IN_X_BACKWARD];
      if (at(in, Recurrent.IN_X_BACKWARD) != null
          && layer.residual()
          && layer.merge() == Recurrent.Merge.CONCAT) {
        throw new IllegalArgumentException(
            "residual around two joined directions with an input each; add in a merge layer");
      }
      requireSequence(second, backward, "input of the backward direction");
      if (!Layer.agree(x[0], second[0])) {
        throw new IllegalArgumentException(
            "the directions' inputs have " + x[0] + " and " + second[0] + " steps");
      }
    }
    if (backward == null
        && (at(in, Recurrent.IN_X_BACKWARD) != null
            || at(in, Recurrent.IN_H_BACKWARD) != null
            || at(in, Recurrent.IN_C_BACKWARD) != null)) {
      throw new IllegalArgumentException("one direction is given an input of the second");
    }
    requireState(in, Recurrent.IN_H, cell.outputSize(), "initial h");
    requireState(in, Recurrent.IN_C, cell.cellStateSize(), "initial c");
    if (backward != null) {
      requireState(
          in,
          Recurrent.IN_H_BACKWARD,
          backward.outputSize(),
          "initial h of the backward direction");
      requireState(
          in,
          Recurrent.IN_C_BACKWARD,
          backward.cellStateSize(),
          "initial c of the backward direction");
    }
    int[][] out = new int[6][];
    out[Recurrent.OUT] = output(layer, x[0], layer.width());
    out[Recurrent.OUT_H] = new int[] {cell.outputSize()};
    out[Recurrent.OUT_C] = cell.cellStateSize() == 0 ? null : new int[] {cell.cellStateSize()};
    if (backward != null) {
      out[Recurrent.OUT_BACKWARD] =
          layer.merge() == Recurrent.Merge.NONE ? output(layer, x[0], backward.outputSize()) : null;
      out[Recurrent.OUT_H_BACKWARD] = new int[] {backward.outputSize()};
      out[Recurrent.OUT_C_BACKWARD] =
          backward.cellStateSize() == 0 ? null : new int[] {backward.cellStateSize()};
    }
    return out;
  }

  private static int[] output(Recurrent layer, int steps, int width) {
    return layer.returnSequences() ? new int[] {steps, width} : new int[] {width};
  }

  private static void requireSequence(int[] x, Cell cell, String what) {
    if (x == null || x.length != 2 || !Layer.agree(x[1], cell.inputSize())) {
      throw new IllegalArgumentException(
          what
              + " must be [T, "
              + cell.inputSize()
              + "], it is "
              + (x == null ? "missing" : Arrays.toString(x)));
    }
  }

  private static void requireState(int[][] in, int index, int width, String what) {
    int[] s = at(in, index);
    if (s != null && (width == 0 || s.length != 1 || s[0] != width)) {
      throw new IllegalArgumentException(
          what
              + (width == 0
                  ? " given to a cell that has none"
                  : " must be [" + width + "], it is " + Arrays.toString(s)));
    }
  }

  private static int[] at(int[][] in, int index) {
    return index < in.length ? in[index] : null;
  }

  /** Input and output must have one width, and it must be clear what is added to what. */
  static void checkResidual(Recurrent layer) {
    if (layer.backwardCell() != null
        && layer.merge() != Recurrent.Merge.CONCAT
        && layer.merge() != Recurrent.Merge.NONE) {
      throw new IllegalArgumentException(
          "residual around two directions with merge "
              + layer.merge()
              + "; add the input in a merge layer");
    }
    boolean fits =
        layer.cell().inputSize() == layer.width()
            && (layer.merge() != Recurrent.Merge.NONE
                || layer.backwardCell() == null
                || layer.backwardCell().inputSize() == layer.backwardCell().outputSize());
    if (!fits) {
      throw new IllegalArgumentException(
          "residual layer: input width "
              + layer.cell().inputSize()
              + " and output width "
              + layer.width()
              + " must be equal");
    }
  }
}
