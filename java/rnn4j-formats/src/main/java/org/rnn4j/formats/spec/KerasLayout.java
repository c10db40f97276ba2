package org.rnn4j.formats.spec;

import static org.rnn4j.formats.spec.Variables.ANY;

import java.util.List;
import org.rnn4j.formats.spec.KerasGates.Kernels;
import org.rnn4j.formats.spec.KerasVariables.Part;
import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * Keras layers: {@code kernel [I, gates*H]}, {@code recurrent_kernel [H, gates*H]}, gates i, f, c,
 * o (LSTM) or z, r, h (GRU); a GRU's bias of shape {@code [2, 3H]} means reset after the product.
 * Keras 1 has one matrix a gate; CuDNN layers store gates scrambled and biases twice.
 */
final class KerasLayout implements WeightLayout {
  private static final List<String> KERNEL = List.of("kernel", "vars/0");
  private static final List<String> RECURRENT = List.of("recurrent_kernel", "vars/1");
  private static final List<String> BIAS = List.of("bias", "vars/2");
  private static final List<String> RNN_KERNEL = List.of("kernel", "vars/0", "_W");
  private static final List<String> RNN_RECURRENT = List.of("recurrent_kernel", "vars/1", "_U");
  private static final List<String> RNN_BIAS = List.of("bias", "vars/2", "_b");
  private static final List<String> DENSE_BIAS = List.of("bias", "vars/1", "_b");
  private static final List<String> EMBEDDINGS = List.of("embeddings", "vars/0", "_W");
  private static final String LSTM_GATES = "ifco";
  private static final String GRU_GATES = "zrh";

  private final Variables variables;
  private final KerasVariables layers;

  KerasLayout(WeightSource source) {
    variables = new Variables(source, List.of(""));
    layers = new KerasVariables(variables);
  }

  @Override
  public Variables variables() {
    return variables;
  }

  @Override
  public Cell cell(CellRequest r) {
    return switch (r.layer().cell()) {
      case BASIC_RNN -> rnn(r);
      case BASIC_LSTM, LSTM -> lstm(r);
      case GRU, GRU_RESET_AFTER -> gru(r);
      case LSTM_BLOCK,
          LSTM_BLOCK_FUSED,
          GRU_BLOCK_V2,
          CUDNN_COMPATIBLE_LSTM,
          CUDNN_COMPATIBLE_GRU,
          PER_GATE_LSTM ->
          throw new IllegalArgumentException(
              r.where() + ": Keras has no " + r.layer().cell().key());
    };
  }

  /** A cell's matrices as {@code [gates*H, in]}, and its bias as stored. */
  private record Parts(long units, Kernels kernels, Found bias) {}

  private Parts parts(CellRequest r, List<String> kernel, List<String> recurrent, List<String> b) {
    int gates = r.layer().cell().family().gates();
    Found k = require(r, kernel);
    Found u = require(r, recurrent);
    long units = r.units(k, 1, gates);
    String reason = r.reason(units, gates);
    Tensor input = k.shaped(reason, r.inputWidth() == ANY ? ANY : r.inputWidth(), gates * units);
    Tensor hidden = u.shaped(reason, units, gates * units);
    Found bias = r.options().bias() ? layers.require(scope(r), part(r), b, r.whereBias()) : null;
    Kernels kernels =
        r.options().cudnnLayout()
            ? KerasGates.cudnn(input, hidden)
            : KerasGates.plain(input, hidden);
    return new Parts(units, kernels, bias);
  }

  private Parts parts(CellRequest r, String gates) {
    if (find(r, List.of("_W_" + gates.charAt(0))) == null) {
      return parts(r, KERNEL, RECURRENT, BIAS);
    }
    long units = r.units(require(r, List.of("_W_" + gates.charAt(0))), 1, 1);
    return new Parts(
        units,
        new Kernels(
            perGate(r, gates, "_W_", units, r.inputWidth()),
            perGate(r, gates, "_U_", units, units)),
        null);
  }

  /** Keras 1: one matrix {@code [in, H]} a gate. */
  private Tensor perGate(CellRequest r, String gates, String stem, long units, long in) {
    Tensor[] parts = new Tensor[gates.length()];
    for (int g = 0; g < parts.length; g++) {
      Found gate = require(r, List.of(stem + gates.charAt(g)));
      parts[g] = gate.shaped(r.reason(units, 1), in, units);
    }
    return KerasGates.joined(parts);
  }

  private Tensor perGateBias(CellRequest r, String gates, long units) {
    Tensor[] parts = new Tensor[gates.length()];
    for (int g = 0; g < parts.length; g++) {
      parts[g] = require(r, List.of("_b_" + gates.charAt(g))).shaped(r.reason(units, 1), units);
    }
    return Tensors.concatRows(parts);
  }

  private RnnCell rnn(CellRequest r) {
    Parts p = parts(r, RNN_KERNEL, RNN_RECURRENT, RNN_BIAS);
    Tensor bias = p.bias() == null ? null : p.bias().shaped(r.reason(p.units(), 1), p.units());
    return new RnnCell(p.kernels().input(), p.kernels().recurrent(), bias, r.activation());
  }

  private LstmCell lstm(CellRequest r) {
    Parts p = parts(r, LSTM_GATES);
    long rows = 4 * p.units();
    Tensor bias = null;
    if (p.bias() == null) {
      bias = r.options().bias() ? perGateBias(r, LSTM_GATES, p.units()) : null;
    } else if (r.options().cudnnLayout()) {
      bias =
          KerasGates.addedHalves(p.bias().shaped(r.reason(p.units(), 8) + " of CuDNN", 2 * rows));
    } else {
      bias = p.bias().shaped(r.reason(p.units(), 4), rows);
    }
    LstmCell.Builder cell = r.lstm(p.kernels().input(), p.kernels().recurrent()).bias(bias);
    if (r.options().peepholes()) {
      String reason = r.reason(p.units(), 1);
      cell.peephole(
          Tensors.concatRows(
              require(r, List.of("input_gate_peephole_weights")).shaped(reason, p.units()),
              require(r, List.of("forget_gate_peephole_weights")).shaped(reason, p.units()),
              require(r, List.of("output_gate_peephole_weights")).shaped(reason, p.units())));
    }
    return cell.build();
  }

  private GruCell gru(CellRequest r) {
    Parts p = parts(r, GRU_GATES);
    boolean after =
        r.layer().cell() == CellKind.GRU_RESET_AFTER
            || r.options().cudnnLayout()
            || (p.bias() != null && p.bias().tensor().rank() == 2);
    GruCell cell = after ? resetAfter(r, p) : resetBefore(r, p);
    return cell.withActivations(r.gateActivation(), r.activation());
  }

  private GruCell resetAfter(CellRequest r, Parts p) {
    long rows = 3 * p.units();
    if (p.bias() == null) {
      if (r.options().bias()) {
        return GruCell.resetAfter(
            p.kernels().input(),
            p.kernels().recurrent(),
            perGateBias(r, GRU_GATES, p.units()),
            null);
      }
      return KerasGates.resetAfter(p.kernels(), null);
    }
    Tensor both =
        r.options().cudnnLayout()
            ? p.bias().shaped(r.reason(p.units(), 6) + " of CuDNN", 2 * rows)
            : p.bias().shaped(r.reason(p.units(), 3) + ", reset after", 2, rows);
    return KerasGates.resetAfter(p.kernels(), both);
  }

  private GruCell resetBefore(CellRequest r, Parts p) {
    Tensor bias = null;
    if (p.bias() != null) {
      bias = p.bias().shaped(r.reason(p.units(), 3), 3 * p.units());
    } else if (r.options().bias()) {
      bias = perGateBias(r, GRU_GATES, p.units());
    }
    return GruCell.resetBefore(p.kernels().input(), p.kernels().recurrent(), bias);
  }

  private Found find(CellRequest r, List<String> leaves) {
    return layers.find(scope(r), part(r), leaves, r.where());
  }

  private Found require(CellRequest r, List<String> leaves) {
    return layers.require(scope(r), part(r), leaves, r.where());
  }

  private static String scope(CellRequest r) {
    LayerSpec.BothWays bothWays = r.layer().bothWays();
    return r.backward() && bothWays.scope() != null ? bothWays.scope() : r.layer().scope();
  }

  private static Part part(CellRequest r) {
    LayerSpec.BothWays bothWays = r.layer().bothWays();
    if (bothWays == null || bothWays.scope() != null) {
      return Part.ONLY;
    }
    return r.backward() ? Part.BACKWARD : Part.FORWARD;
  }

  @Override
  public Found embedding(String scope) {
    return layers.require(scope, Part.ONLY, EMBEDDINGS, "embedding");
  }

  @Override
  public Found denseKernel(String scope, String where) {
    return layers.require(scope, Part.ONLY, RNN_KERNEL, where);
  }

  @Override
  public Found denseBias(String scope) {
    return layers.find(scope, Part.ONLY, DENSE_BIAS, "bias of '" + scope + "'");
  }

  @Override
  public Tensor denseMatrix(Found kernel, String where) {
    return TensorFlowLayout.inputMajor(kernel, where);
  }
}
