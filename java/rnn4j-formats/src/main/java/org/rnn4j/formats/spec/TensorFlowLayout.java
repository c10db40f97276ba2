package org.rnn4j.formats.spec;

import static org.rnn4j.formats.spec.TensorFlowNames.below;
import static org.rnn4j.formats.spec.Variables.ANY;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * TensorFlow 1.x cells: one kernel {@code [I+P, gates*H]} whose first I rows take x, gates i, c, f,
 * o (LSTM) or r, u (GRU).
 */
final class TensorFlowLayout implements WeightLayout {
  private final Variables variables;

  TensorFlowLayout(WeightSource source) {
    variables = new Variables(source, List.of(""));
  }

  @Override
  public Variables variables() {
    return variables;
  }

  @Override
  public Cell cell(CellRequest r) {
    String scope = scope(r);
    return switch (r.layer().cell()) {
      case BASIC_RNN -> rnn(r, scope);
      case BASIC_LSTM, LSTM, LSTM_BLOCK, LSTM_BLOCK_FUSED, CUDNN_COMPATIBLE_LSTM -> lstm(r, scope);
      case GRU, GRU_BLOCK_V2 -> gru(r, scope);
      case GRU_RESET_AFTER, CUDNN_COMPATIBLE_GRU -> cudnnCompatibleGru(r, scope);
      case PER_GATE_LSTM -> throw new IllegalArgumentException("per_gate_lstm has no scope");
    };
  }

  private String scope(CellRequest r) {
    LayerSpec layer = r.layer();
    if (layer.bothWays() == null) {
      return layer.scope();
    }
    if (layer.bothWays().scope() != null) {
      return r.backward() ? layer.bothWays().scope() : layer.scope();
    }
    List<String> names = variables.source().names();
    List<String> kernels = TensorFlowNames.kernels(layer.cell());
    List<String> directions = r.backward() ? List.of("bw", "BW") : List.of("fw", "FW");
    for (String direction : directions) {
      String below = TensorFlowNames.prefix(layer.scope()) + direction;
      Set<String> scopes = TensorFlowNames.scopesWith(kernels, below, names);
      if (scopes.size() > 1) {
        throw new ModelFormatException(
            String.format(
                "%s: %s: several cells below '%s': %s; name them with scope and scope_backward",
                variables.source().description(), r.where(), below, scopes));
      }
      if (!scopes.isEmpty()) {
        return scopes.iterator().next();
      }
    }
    String twin = TensorFlowNames.backwardTwin(layer.scope());
    if (twin != null) {
      return r.backward() ? twin : layer.scope();
    }
    List<String> looked = new ArrayList<>();
    directions.forEach(d -> looked.addAll(below(layer.scope() + "/" + d + "/<cell>", kernels)));
    throw variables.missing(looked, r.where());
  }

  private Found require(CellRequest r, String scope, List<String> names) {
    return variables.require(below(scope, names), r.where());
  }

  /** A kernel {@code [I+P, columns]}, seen as {@code [columns, I+P]}. */
  private static Tensor stacked(CellRequest r, Found kernel, long units, long state, int gates) {
    long rows = r.inputWidth() == ANY ? ANY : r.inputWidth() + state;
    Tensor t = kernel.shaped(r.reason(units, gates), rows, gates * units);
    if (t.dim(0) <= state) {
      throw kernel.wrongShape(
          "[more than " + state + ", " + gates * units + "]",
          r.where() + " reads [x, h] with h of width " + state);
    }
    return Tensors.transpose(t);
  }

  private Tensor bias(CellRequest r, String scope, List<String> names, long units, int gates) {
    refuseUnsaid(r, scope, names, r.options().bias(), "bias");
    return r.options().bias()
        ? variables
            .require(below(scope, names), r.whereBias())
            .shaped(r.reason(units, gates), gates * units)
        : null;
  }

  private static Tensor columns(Tensor t, long from, long to) {
    return Tensors.columns(t, from, to);
  }

  private RnnCell rnn(CellRequest r, String scope) {
    Found kernel = require(r, scope, TensorFlowNames.KERNEL);
    long units = r.units(kernel, 1, 1);
    Tensor k = stacked(r, kernel, units, units, 1);
    long in = k.dim(1) - units;
    return new RnnCell(
        columns(k, 0, in),
        columns(k, in, in + units),
        bias(r, scope, TensorFlowNames.BIAS, units, 1),
        r.activation());
  }

  private LstmCell lstm(CellRequest r, String scope) {
    Found kernel = require(r, scope, TensorFlowNames.KERNEL);
    long units = r.units(kernel, 1, 4);
    Integer projection = r.options().projection();
    long state = projection == null ? units : projection;
    Tensor k = stacked(r, kernel, units, state, 4);
    long in = k.dim(1) - state;
    Tensor bias = bias(r, scope, TensorFlowNames.BIAS, units, 4);
    LstmCell.Builder cell =
        r.lstm(canonical(columns(k, 0, in)), canonical(columns(k, in, in + state)))
            .bias(bias == null ? null : canonical(bias))
            .peephole(peephole(r, scope, units));
    refuseUnsaid(r, scope, TensorFlowNames.PROJECTION, projection != null, "proj");
    if (projection != null) {
      Tensor p =
          require(r, scope, TensorFlowNames.PROJECTION)
              .shaped(r.reason(units, 1) + ", proj " + projection, units, projection);
      cell.projection(Tensors.transpose(p));
    }
    return cell.build();
  }

  /** i, c, f, o becomes i, f, c, o. */
  private static Tensor canonical(Tensor t) {
    return Tensors.blocks(t, 4, 0, 2, 1, 3);
  }

  private Tensor peephole(CellRequest r, String scope, long units) {
    boolean wanted = r.options().peepholes();
    refuseUnsaid(r, scope, TensorFlowNames.PEEPHOLE_F, wanted, "peepholes");
    if (!wanted) {
      return null;
    }
    String reason = r.reason(units, 1);
    return Tensors.concatRows(
        require(r, scope, TensorFlowNames.PEEPHOLE_I).shaped(reason, units),
        require(r, scope, TensorFlowNames.PEEPHOLE_F).shaped(reason, units),
        require(r, scope, TensorFlowNames.PEEPHOLE_O).shaped(reason, units));
  }

  /** A variable that the cell would have only with an option the spec does not name. */
  private void refuseUnsaid(
      CellRequest r, String scope, List<String> names, boolean said, String option) {
    Found unsaid = said ? null : variables.find(below(scope, names));
    if (unsaid != null) {
      throw new ModelFormatException(
          String.format(
              "%s: %s: the file has '%s', so the cell was made with '%s', which the spec does not"
                  + " say",
              unsaid.file(), r.where(), unsaid.name(), option));
    }
  }

  private GruCell gru(CellRequest r, String scope) {
    Found gates = require(r, scope, TensorFlowNames.GATES_KERNEL);
    long units = r.units(gates, 1, 2);
    Tensor g = stacked(r, gates, units, units, 2);
    long in = g.dim(1) - units;
    Tensor c =
        Tensors.transpose(
            require(r, scope, TensorFlowNames.CANDIDATE_KERNEL)
                .shaped(r.reason(units, 1), in + units, units));
    Tensor bias = null;
    if (r.options().bias()) {
      bias =
          Tensors.concatRows(
              updateFirst(bias(r, scope, TensorFlowNames.GATES_BIAS, units, 2)),
              bias(r, scope, TensorFlowNames.CANDIDATE_BIAS, units, 1));
    }
    return GruCell.resetBefore(
            Tensors.concatRows(updateFirst(columns(g, 0, in)), columns(c, 0, in)),
            Tensors.concatRows(updateFirst(columns(g, in, in + units)), columns(c, in, in + units)),
            bias)
        .withActivations(r.gateActivation(), r.activation());
  }

  private GruCell cudnnCompatibleGru(CellRequest r, String scope) {
    Found gates = require(r, scope, TensorFlowNames.GATES_KERNEL);
    long units = r.units(gates, 1, 2);
    Tensor g = stacked(r, gates, units, units, 2);
    long in = g.dim(1) - units;
    String reason = r.reason(units, 1);
    Tensor x = require(r, scope, TensorFlowNames.CANDIDATE_INPUT_KERNEL).shaped(reason, in, units);
    Tensor h =
        require(r, scope, TensorFlowNames.CANDIDATE_HIDDEN_KERNEL).shaped(reason, units, units);
    Tensor bias = null;
    Tensor recurrentBias = null;
    if (r.options().bias()) {
      bias =
          Tensors.concatRows(
              updateFirst(bias(r, scope, TensorFlowNames.GATES_BIAS, units, 2)),
              bias(r, scope, TensorFlowNames.CANDIDATE_INPUT_BIAS, units, 1));
      recurrentBias = bias(r, scope, TensorFlowNames.CANDIDATE_HIDDEN_BIAS, units, 1);
    }
    return GruCell.resetAfter(
            Tensors.concatRows(updateFirst(columns(g, 0, in)), Tensors.transpose(x)),
            Tensors.concatRows(updateFirst(columns(g, in, in + units)), Tensors.transpose(h)),
            bias,
            recurrentBias)
        .withActivations(r.gateActivation(), r.activation());
  }

  /** r, u becomes u, r: u is the canonical z. */
  private static Tensor updateFirst(Tensor t) {
    return Tensors.blocks(t, 2, 1, 0);
  }

  @Override
  public Found embedding(String scope) {
    return variables.require(below(scope, TensorFlowNames.EMBEDDING), "embedding");
  }

  @Override
  public Found denseKernel(String scope, String where) {
    return variables.require(below(scope, TensorFlowNames.DENSE_KERNEL), where);
  }

  @Override
  public Found denseBias(String scope) {
    return variables.find(below(scope, TensorFlowNames.DENSE_BIAS));
  }

  @Override
  public Tensor denseMatrix(Found kernel, String where) {
    return inputMajor(kernel, where);
  }

  /** {@code [in, units]}, also with leading axes of extent 1 (a convolution of width 1), turned. */
  static Tensor inputMajor(Found kernel, String where) {
    long[] s = kernel.tensor().shape();
    int n = s.length;
    if (n < 2 || kernel.tensor().size() != s[n - 2] * s[n - 1]) {
      throw kernel.wrongShape("[in, units]", where + " is a dense layer");
    }
    Tensor matrix = n == 2 ? kernel.tensor() : Tensors.reshape(kernel.tensor(), s[n - 2], s[n - 1]);
    return Tensors.transpose(matrix);
  }
}
