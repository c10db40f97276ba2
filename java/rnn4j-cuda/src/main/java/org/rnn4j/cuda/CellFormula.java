package org.rnn4j.cuda;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.cuda.binding.Structs;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;

/** A cell's options as the library's struct has them. Stateless. */
final class CellFormula {
  private static final int RNN = 1;
  private static final int LSTM = 2;
  private static final int GRU = 3;

  private CellFormula() {}

  /** The cell's weights; those that it has not are left out. */
  static List<Tensor> tensors(Cell cell) {
    Tensor[] own = {};
    if (cell instanceof LstmCell l) {
      own = new Tensor[] {l.peephole(), l.projection(), l.projectionBias()};
    } else if (cell instanceof GruCell g) {
      own = new Tensor[] {g.recurrentBias()};
    }
    Tensor[] all = Arrays.copyOf(own, own.length + 3);
    all[own.length] = cell.inputKernel();
    all[own.length + 1] = cell.recurrentKernel();
    all[own.length + 2] = cell.bias();
    return Arrays.stream(all).filter(t -> t != null).toList();
  }

  /** Everything but sizes and weights. */
  static void write(Cell cell, Structs.CellSpec to) {
    if (cell instanceof LstmCell l) {
      to.kind(LSTM);
      write(l.gateActivation(), to.gate());
      write(l.candidateActivation(), to.candidate());
      write(l.outputActivation(), to.output());
      to.forget_bias((float) l.forgetBias());
      to.cell_clip((float) l.cellClip());
      to.projection_clip((float) l.projectionClip());
      to.preactivation_clip((float) l.preactivationClip());
      to.clip_output_activation(l.clipOutputActivation() ? 1 : 0);
      to.coupling(AbiNumbers.of(l.coupling()));
      to.output_of_candidate(l.outputOf() == LstmCell.OutputOf.CANDIDATE ? 1 : 0);
    } else if (cell instanceof GruCell g) {
      to.kind(GRU);
      write(g.gateActivation(), to.gate());
      write(g.candidateActivation(), to.candidate());
      to.preactivation_clip((float) g.preactivationClip());
      to.reset_after(g.resetAfter() ? 1 : 0);
    } else if (cell instanceof RnnCell r) {
      to.kind(RNN);
      write(r.activation(), to.candidate());
      to.preactivation_clip((float) r.preactivationClip());
    }
  }

  static void write(Activation from, Structs.ActivationFunction to) {
    to.kind(AbiNumbers.of(from.kind()));
    to.alpha((float) from.alpha());
    to.beta((float) from.beta());
    to.gamma((float) from.gamma());
  }
}
