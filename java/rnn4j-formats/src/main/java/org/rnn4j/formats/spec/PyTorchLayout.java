package org.rnn4j.formats.spec;

import static org.rnn4j.formats.spec.Variables.ANY;

import java.util.List;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * PyTorch's state_dict: {@code weight_ih_l0 [gates*H, I]}, {@code weight_hh_l0 [gates*H, P]} and
 * two biases that are always both added; gates i, f, g, o (LSTM) or r, z, n (GRU). Cells have the
 * names without {@code _l0}.
 */
final class PyTorchLayout implements WeightLayout {
  /** What DataParallel and torch.compile put before all names. */
  private static final List<String> WRAPPERS =
      List.of("", "module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.");

  private final Variables variables;

  PyTorchLayout(WeightSource source) {
    variables = new Variables(source, WRAPPERS);
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
      case GRU_RESET_AFTER -> gru(r);
      case GRU,
          LSTM_BLOCK,
          LSTM_BLOCK_FUSED,
          GRU_BLOCK_V2,
          CUDNN_COMPATIBLE_LSTM,
          CUDNN_COMPATIBLE_GRU,
          PER_GATE_LSTM ->
          throw new IllegalArgumentException(
              r.where() + ": PyTorch has no " + r.layer().cell().key());
    };
  }

  private Found require(CellRequest r, String variable) {
    return variables.require(
        names(r, variable), variable.startsWith("bias") ? r.whereBias() : r.where());
  }

  private List<String> names(CellRequest r, String variable) {
    LayerSpec layer = r.layer();
    boolean ownScope = r.backward() && layer.bothWays().scope() != null;
    String scope = ownScope ? layer.bothWays().scope() : layer.scope();
    String name = prefix(scope) + variable;
    String reverse = r.backward() && !ownScope ? "_reverse" : "";
    String numbered = name + "_l" + r.sublayer() + reverse;
    boolean maybeCell = layer.loop().layerCount() == 1;
    return maybeCell ? List.of(numbered, name + reverse) : List.of(numbered);
  }

  /** Variables that the module has only with an option that the spec does not name. */
  private void refuseUnsaid(CellRequest r) {
    LayerSpec layer = r.layer();
    String hidden = prefix(layer.scope()) + "weight_hh_l";
    int layers = layer.loop().layerCount();
    refuse(r, List.of(hidden + layers), "\"num_layers\": " + layers);
    if (layer.bothWays() == null) {
      refuse(r, List.of(hidden + r.sublayer() + "_reverse"), "\"bidirectional\": false");
    }
    if (!r.options().bias()) {
      refuse(r, names(r, "bias_hh"), "\"bias\": false");
    }
  }

  private void refuse(CellRequest r, List<String> names, String said) {
    Found unsaid = variables.find(names);
    if (unsaid != null) {
      throw new ModelFormatException(
          String.format(
              "%s: %s: the file has '%s', which %s (given, or the default) leaves out",
              unsaid.file(), r.where(), unsaid.name(), said));
    }
  }

  /** The kernels and the sum of the biases, as they are stored. */
  private record Parts(long units, Tensor input, Tensor recurrent, Tensor biasX, Tensor biasH) {}

  private Parts parts(CellRequest r, Integer projection) {
    refuseUnsaid(r);
    int gates = r.layer().cell().family().gates();
    Found kernel = require(r, "weight_ih");
    long units = r.units(kernel, 0, gates);
    String reason = r.reason(units, gates);
    long rows = gates * units;
    Tensor input = kernel.shaped(reason, rows, r.inputWidth() == ANY ? ANY : r.inputWidth());
    Tensor recurrent =
        require(r, "weight_hh").shaped(reason, rows, projection == null ? units : projection);
    boolean bias = r.options().bias();
    return new Parts(
        units,
        input,
        recurrent,
        bias ? require(r, "bias_ih").shaped(reason, rows) : null,
        bias ? require(r, "bias_hh").shaped(reason, rows) : null);
  }

  private static Tensor sum(Parts p) {
    return p.biasX() == null ? null : Tensors.sum(p.biasX(), p.biasH());
  }

  private RnnCell rnn(CellRequest r) {
    Parts p = parts(r, null);
    return new RnnCell(p.input(), p.recurrent(), sum(p), r.activation());
  }

  private LstmCell lstm(CellRequest r) {
    Integer projection = r.options().projection();
    Parts p = parts(r, projection);
    LstmCell.Builder cell = r.lstm(p.input(), p.recurrent()).bias(sum(p));
    if (projection != null) {
      String reason = r.reason(p.units(), 1) + ", proj " + projection;
      cell.projection(require(r, "weight_hr").shaped(reason, projection, p.units()));
    }
    return cell.build();
  }

  private GruCell gru(CellRequest r) {
    Parts p = parts(r, null);
    Tensor bias = null;
    Tensor recurrentBias = null;
    if (p.biasX() != null) {
      long h = p.units();
      Tensor x = updateFirst(p.biasX());
      Tensor hidden = updateFirst(p.biasH());
      bias =
          Tensors.concatRows(
              Tensors.sum(Tensors.rows(x, 0, 2 * h), Tensors.rows(hidden, 0, 2 * h)),
              Tensors.rows(x, 2 * h, 3 * h));
      recurrentBias = Tensors.rows(hidden, 2 * h, 3 * h);
    }
    return GruCell.resetAfter(
            updateFirst(p.input()), updateFirst(p.recurrent()), bias, recurrentBias)
        .withActivations(r.gateActivation(), r.activation());
  }

  /** r, z, n becomes z, r, n. */
  private static Tensor updateFirst(Tensor t) {
    return Tensors.blocks(t, 3, 1, 0, 2);
  }

  private static String prefix(String scope) {
    return scope.isEmpty() || scope.endsWith(".") ? scope : scope + ".";
  }

  @Override
  public Found embedding(String scope) {
    return variables.require(List.of(prefix(scope) + "weight"), "embedding");
  }

  @Override
  public Found denseKernel(String scope, String where) {
    return variables.require(List.of(prefix(scope) + "weight"), where);
  }

  @Override
  public Found denseBias(String scope) {
    return variables.find(List.of(prefix(scope) + "bias"));
  }

  @Override
  public Tensor denseMatrix(Found kernel, String where) {
    long[] s = kernel.tensor().shape();
    if (s.length < 2 || kernel.tensor().size() != s[0] * s[1]) {
      throw kernel.wrongShape("[units, in]", where + " is a dense layer");
    }
    return s.length == 2 ? kernel.tensor() : Tensors.reshape(kernel.tensor(), s[0], s[1]);
  }
}
