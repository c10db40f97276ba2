package org.rnn4j.cpu;

import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;

/** Kernels in plain Java: everywhere, every option of every cell. */
record PlainFamily(String reason) implements KernelFamily {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public CellKernel cell(Cell cell) {
    if (cell instanceof LstmCell l) {
      return new PlainLstm(l);
    }
    return cell instanceof GruCell g ? new PlainGru(g) : new PlainRnn((RnnCell) cell);
  }

  @Override
  public long packedBytes(Cell cell) {
    long n =
        PlainGemm.packedBytes(cell.inputKernel()) + PlainGemm.packedBytes(cell.recurrentKernel());
    n += 4L * cell.gates() * cell.units();
    return cell instanceof LstmCell l && l.projection() != null
        ? n + PlainGemm.packedBytes(l.projection())
        : n;
  }
}
