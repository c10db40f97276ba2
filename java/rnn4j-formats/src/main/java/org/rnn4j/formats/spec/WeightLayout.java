package org.rnn4j.formats.spec;

import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Tensor;

/** How one framework names its variables and lays them out. */
interface WeightLayout {
  /** A cell in the canonical layout. */
  Cell cell(CellRequest request);

  /** The table of the embedding layer below {@code scope}. */
  Found embedding(String scope);

  /** The kernel of the dense layer below {@code scope}. */
  Found denseKernel(String scope, String where);

  /** The bias of the dense layer below {@code scope}, or null. */
  Found denseBias(String scope);

  /**
   * A dense kernel as {@code [units, in]}.
   *
   * @param kernel as stored; a convolution of width 1 counts as dense
   */
  Tensor denseMatrix(Found kernel, String where);

  /** The variables by full name. */
  Variables variables();
}
