package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Tensor;

/** Matrix products with constant matrices. */
final class Products {
  private Products() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("MatMul", c -> product(c, "transpose_a", "transpose_b"));
    for (String op : List.of("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")) {
      rules.put(op, c -> product(c, "adj_x", "adj_y"));
    }
  }

  @SuppressWarnings("ArgumentSelectionDefectChecker") // transposed: rows and columns change places
  private static List<Val> product(Call c, String turnA, String turnB) {
    if (!(c.in(1) instanceof Known w) || w.matrix() == null) {
      throw new NotUnderstood("it multiplies by something else than a constant matrix");
    }
    Weights m = w.matrix();
    if (c.node().bool(turnB, false)) {
      m = new Weights(m.base(), !m.transposed(), m.column(), m.columns(), m.row(), m.rows());
    }
    if (c.in(0) instanceof Known a && !Arithmetic.isZeroState(a)) {
      return List.of(folded(c.node().bool(turnA, false), a, m));
    }
    if (c.node().bool(turnA, false)) {
      throw new NotUnderstood("it transposes its first input");
    }
    Sym x = Layouts.singleLast(c, c.sym(0));
    return List.of(times(c, x, m));
  }

  /** The product along the last axis. */
  static Sym times(Call c, Sym x, Weights m) {
    Atom along = x.axis(-1).get(0);
    Atom own = c.atom(m.columns());
    Value v = c.values().linear(x.value(), along, m, own);
    return x.with(v).as(x.replaced(x.rank() - 1, List.of(own)));
  }

  private static Known folded(boolean turned, Known a, Weights m) {
    if (a.rank() != 2 || a.size() > 1 << 16 || m.rows() * m.columns() > 1 << 22) {
      throw new NotUnderstood("it multiplies large constants");
    }
    Known left = turned ? Rearranged.transpose(a, new long[] {1, 0}) : a;
    int rows = (int) left.shape()[0];
    int inner = (int) left.shape()[1];
    int columns = (int) m.columns();
    if (inner != m.rows()) {
      throw new NotUnderstood("it multiplies " + left + " by " + m.rows() + " rows");
    }
    double[] x = left.numbers();
    float[] w = m.kernel().toArray();
    float[] y = new float[Math.multiplyExact(rows, columns)];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < columns; k++) {
        double sum = 0;
        for (int i = 0; i < inner; i++) {
          sum += x[r * inner + i] * w[k * inner + i];
        }
        y[r * columns + k] = (float) sum;
      }
    }
    return Known.ofFloats(Tensor.of(y, rows, columns));
  }
}
