package org.rnn4j.parity;

import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/** A model in words, for a message: every setting, no weights. */
final class ModelText {
  private ModelText() {}

  /** One line a node. */
  static String describe(RnnModel model) {
    StringBuilder text = new StringBuilder(model.name() + "\n");
    model.inputs().forEach(in -> text.append("  ").append(in).append('\n'));
    model
        .nodes()
        .forEach(
            n ->
                text.append("  ")
                    .append(n.name())
                    .append(" = ")
                    .append(n.layer() instanceof Recurrent r ? settings(r) : text(n.layer()))
                    .append(" of ")
                    .append(n.inputs())
                    .append('\n'));
    return text.toString();
  }

  private static String text(Layer layer) {
    return layer.toString().replaceAll("org.rnn4j.model.Tensors.(\\w+)@\\w+", "$1");
  }

  private static String settings(Recurrent r) {
    return String.join(
        " ",
        r.typeName(),
        r.merge().toString(),
        r.returnSequences() ? "sequence" : "last",
        r.reversal().toString(),
        r.outputOrder().toString(),
        r.paddedOutput().toString(),
        r.emptyRowState().toString(),
        r.residual() ? "residual" : "",
        r.readsBackwards(0) ? "first-backwards" : "",
        cell(r.cell()),
        r.backwardCell() == null ? "" : cell(r.backwardCell()));
  }

  private static String cell(Cell cell) {
    return cell instanceof LstmCell l
        ? "[lstm "
            + (l.isPlain() ? "plain" : "")
            + l.coupling()
            + " clips "
            + l.cellClip()
            + " "
            + l.preactivationClip()
            + " "
            + l.projectionClip()
            + (l.layerNorm() == null ? "" : " norm")
            + (l.peephole() == null ? "" : " peephole")
            + " "
            + l.gateActivation()
            + " "
            + l.candidateActivation()
            + " "
            + l.outputActivation()
            + "]"
        : "[" + cell.typeName() + "]";
  }
}
