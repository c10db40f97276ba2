package org.rnn4j.formats.spec;

import static org.rnn4j.formats.spec.Variables.ANY;

import java.util.List;
import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** LSTMs written by hand with one matrix a gate, rows {@code [h, x]} or {@code [x, h]}. */
final class PerGateCells {
  private PerGateCells() {}

  static LstmCell read(CellRequest r, Variables variables) {
    LayerSpec.PerGate spec = r.layer().perGate();
    Tensor[] input = new Tensor[4];
    Tensor[] recurrent = new Tensor[4];
    Tensor[] bias = new Tensor[4];
    boolean anyBias = spec.gates().values().stream().anyMatch(g -> g.bias() != null);
    List<String> letters = List.of("i", "f", "c", "o");
    for (int g = 0; g < 4; g++) {
      LayerSpec.Gate gate = spec.gates().get(letters.get(g));
      Found found = variables.require(List.of(gate.kernel()), r.where());
      long units = r.units(found, 1, 1);
      long rows = r.inputWidth() == ANY ? ANY : r.inputWidth() + units;
      Tensor kernel = found.shaped(r.reason(units, 1), rows, units);
      if (kernel.dim(0) <= units) {
        throw found.wrongShape(
            "[more than " + units + ", " + units + "]", r.where() + " reads x and h together");
      }
      long in = kernel.dim(0) - units;
      Tensor turned = Tensors.transpose(kernel);
      long x = spec.hiddenFirst() ? units : 0;
      long h = spec.hiddenFirst() ? 0 : in;
      input[g] = Tensors.columns(turned, x, x + in);
      recurrent[g] = Tensors.columns(turned, h, h + units);
      bias[g] =
          gate.bias() == null
              ? Tensor.zeros(units)
              : bias(r, variables.require(List.of(gate.bias()), r.where()), units);
    }
    return r.lstm(Tensors.concatRows(input), Tensors.concatRows(recurrent))
        .bias(anyBias ? Tensors.concatRows(bias) : null)
        .outputOf(spec.outputOfCandidate() ? LstmCell.OutputOf.CANDIDATE : LstmCell.OutputOf.CELL)
        .build();
  }

  /** {@code [H]}, or a row {@code [1, H]}. */
  private static Tensor bias(CellRequest r, Found found, long units) {
    Tensor t = found.tensor();
    if (t.rank() == 2 && t.dim(0) == 1) {
      return Tensors.reshape(found.shaped(r.reason(units, 1), 1, units), units);
    }
    return found.shaped(r.reason(units, 1), units);
  }
}
