package org.rnn4j.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.bench.OnnxGraph;
import org.rnn4j.bench.ProtoMessage;
import org.rnn4j.problems.Problem;
import org.rnn4j.problems.Problem.CellKind;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.cli.bench.ProblemData.CellWeights;

/** A problem as an ONNX graph with fixed shapes, one node a layer. */
final class OnnxStack {
  /** ONNX's gate k is Keras's gate of this number: i o f c, z r h. */
  private static final int[] LSTM_ORDER = {0, 3, 1, 2};

  private static final int[] OTHER_ORDER = {0, 1, 2};

  private final Problem p;
  private final ProblemData data;
  private final OnnxGraph graph = new OnnxGraph();

  private OnnxStack(ProblemData data) {
    this.data = data;
    this.p = data.problem();
  }

  static OnnxGraph of(ProblemData data) {
    return new OnnxStack(data).build();
  }

  /** What the last node gives: of one direction its own axis stays, which saves a node. */
  static long[] outputShape(Problem p) {
    int last = p.units()[p.layers() - 1];
    return p.directions() == 2
        ? new long[] {p.steps(), p.batch(), 2L * last}
        : new long[] {p.steps(), 1, p.batch(), last};
  }

  private OnnxGraph build() {
    graph.input("x", p.steps(), p.batch(), p.inputs());
    graph.output("y", boxed(outputShape(p)));
    if (p.lengths() != null) {
      graph.ints("lengths", p.lengths());
    }
    String in = "x";
    for (int l = 0; l < p.layers(); l++) {
      in = layer(l, in);
    }
    return graph;
  }

  private String layer(int l, String in) {
    boolean last = l == p.layers() - 1;
    boolean plain = last && p.directions() == 1;
    String raw = plain ? "y" : "raw_" + l;
    boolean lstm = p.cell() == CellKind.LSTM;
    weights(l);
    List<String> inputs = new ArrayList<>();
    inputs.addAll(List.of(in, "W" + l, "R" + l, "B" + l));
    inputs.add(p.lengths() == null ? "" : "lengths");
    List<String> outputs = new ArrayList<>(List.of(raw));
    state(l, "h", inputs, outputs);
    if (lstm) {
      state(l, "c", inputs, outputs);
    }
    graph.node(operator(), inputs, outputs, attributes(l));
    return plain ? raw : joined(l, raw, last ? "y" : "x_" + (l + 1));
  }

  private void state(int l, String what, List<String> inputs, List<String> outputs) {
    Object[] shape = {p.directions(), p.batch(), p.units()[l]};
    inputs.add(what + "0_" + l);
    outputs.add(what + "n_" + l);
    graph.input(what + "0_" + l, shape);
    graph.output(what + "n_" + l, shape);
  }

  private String operator() {
    return switch (p.cell()) {
      case LSTM -> "LSTM";
      case GRU, GRU_RESET_AFTER -> "GRU";
      case RNN -> "RNN";
    };
  }

  private ProtoMessage[] attributes(int l) {
    List<ProtoMessage> a = new ArrayList<>();
    a.add(OnnxGraph.attribute("hidden_size", p.units()[l]));
    a.add(
        OnnxGraph.attribute("direction", p.directions() == 2 ? "bidirectional" : "forward"));
    if (p.cell() == CellKind.GRU || p.cell() == CellKind.GRU_RESET_AFTER) {
      a.add(
          OnnxGraph.attribute(
              "linear_before_reset", p.cell() == CellKind.GRU_RESET_AFTER ? 1 : 0));
    }
    return a.toArray(ProtoMessage[]::new);
  }

  private void weights(int l) {
    int gates = p.cell().gates();
    int units = p.units()[l];
    int in = p.inputs(l);
    int d = p.directions();
    float[] w = new float[d * gates * units * in];
    float[] r = new float[d * gates * units * units];
    float[] b = new float[d * 2 * gates * units];
    for (int k = 0; k < d; k++) {
      CellWeights cell = data.weights(l, k);
      ordered(cell.input(), units * in, w, k * gates * units * in);
      ordered(cell.recurrent(), units * units, r, k * gates * units * units);
      ordered(cell.bias(), units, b, k * 2 * gates * units);
      if (cell.recurrentBias() != null) {
        // Of ONNX's second half only the candidate's lies inside of the reset.
        System.arraycopy(cell.recurrentBias(), 0, b, (k * 2 + 2) * gates * units - units, units);
      }
    }
    graph.floats("W" + l, w, d, (long) gates * units, in);
    graph.floats("R" + l, r, d, (long) gates * units, units);
    graph.floats("B" + l, b, d, 2L * gates * units);
  }

  private void ordered(float[] gates, int size, float[] to, int at) {
    int[] order = p.cell() == CellKind.LSTM ? LSTM_ORDER : OTHER_ORDER;
    for (int g = 0; g < p.cell().gates(); g++) {
      System.arraycopy(gates, order[g] * size, to, at + g * size, size);
    }
  }

  /** From {@code [T, D, B, H]} to {@code [T, B, D*H]}. */
  private String joined(int l, String raw, String out) {
    if (p.directions() == 1) {
      graph.longs("axis_" + l, 1);
      graph.node("Squeeze", List.of(raw, "axis_" + l), List.of(out));
      return out;
    }
    graph.node(
        "Transpose",
        List.of(raw),
        List.of(raw + "_t"),
        OnnxGraph.attribute("perm", new long[] {0, 2, 1, 3}));
    graph.longs("shape_" + l, p.steps(), p.batch(), 2L * p.units()[l]);
    graph.node("Reshape", List.of(raw + "_t", "shape_" + l), List.of(out));
    return out;
  }

  private static Object[] boxed(long[] shape) {
    Object[] boxed = new Object[shape.length];
    for (int k = 0; k < shape.length; k++) {
      boxed[k] = shape[k];
    }
    return boxed;
  }
}
