package org.rnn4j.formats.onnx.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.InputExpr;
import org.rnn4j.formats.onnx.flow.JoinExpr;
import org.rnn4j.formats.onnx.flow.RecurrentExpr;
import org.rnn4j.formats.onnx.flow.RecurrentExpr.Initial;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Atom.Role;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Tensor;

/**
 * LSTM, GRU and RNN: axes, lengths, initial and final states. What the weights are is {@link
 * CellReader}'s.
 */
final class RecurrentOps {
  private static final int SEQUENCE_LENS = 4;

  private RecurrentOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("LSTM", RecurrentOps::apply);
    all.put("GRU", RecurrentOps::apply);
    all.put("RNN", RecurrentOps::apply);
  }

  private static List<Value> apply(Call c) {
    Flow x = c.features(0);
    if (x.rank() != 3) {
      throw GraphException.damaged("its input X is " + x + ", expected three axes");
    }
    long layout = c.integer("layout", 0);
    if (layout != 0 && layout != 1) {
      throw GraphException.damaged("layout " + layout + ", expected 0 or 1");
    }
    int batchAxis = layout == 0 ? 1 : 0;
    int stepAxis = 1 - batchAxis;
    mark(x.axes().get(batchAxis), Role.BATCH);
    List<Atom> steps = x.axes().get(stepAxis);
    if (Axes.real(steps).size() < 2) {
      mark(steps, Role.TIME);
    }
    CellReader reader = new CellReader(c);
    List<Cell> cells = reader.cells();
    bindFeatures(x, cells.get(0).inputSize());
    boolean hasLengths = hasLengths(c, x.axes().get(batchAxis), Axes.extent(steps));
    Recurrent layer = layer(c, cells, hasLengths);
    Initial[] initial = new Initial[2 * cells.size()];
    boolean hasCellState = cells.get(0).cellStateSize() > 0;
    for (int k = 0; k < initial.length; k++) {
      boolean given = c.has(5 + k % 2) && (k % 2 == 0 || hasCellState);
      initial[k] =
          given
              ? initial(c, 5 + k % 2, k / 2, cells, batchAxis, x.axes().get(batchAxis))
              : Initial.ZERO;
    }
    int units = cells.get(0).units();
    Atom width = c.symbols().axis("units", units);
    List<Atom> directions =
        cells.size() == 1 ? List.of() : List.of(c.symbols().axis("directions", cells.size()));
    RecurrentExpr expr =
        new RecurrentExpr(
            c.describe(), layer, x, batchAxis, stepAxis, hasLengths, initial, directions, width);
    c.add(expr);
    List<Atom> rows = x.axes().get(batchAxis);
    List<Value> outputs = new ArrayList<>();
    outputs.add(
        Flow.of(
            expr,
            layout == 0
                ? List.of(steps, directions, rows, List.of(width))
                : List.of(rows, steps, directions, List.of(width))));
    outputs.add(state(c, expr, Recurrent.OUT_H, cells.size(), batchAxis, rows, width));
    if (hasCellState) {
      outputs.add(state(c, expr, Recurrent.OUT_C, cells.size(), batchAxis, rows, width));
    }
    return outputs;
  }

  private static void mark(List<Atom> axis, Role role) {
    List<Atom> real = Axes.real(axis);
    if (real.size() > 1) {
      throw GraphException.unsupported(
          "its " + role + " axis of extent " + Axes.extent(axis) + " is several axes merged");
    }
    List<Atom> leaves = Axes.leaves(axis);
    if (real.size() == 1) {
      real.get(0).markAs(role);
    } else if (leaves.size() == 1) {
      leaves.get(0).markAs(role);
    }
  }

  private static void bindFeatures(Flow x, long width) {
    List<Atom> atoms = Axes.leaves(x.axes().get(2));
    if (atoms.size() == 1 && !atoms.get(0).isConstant()) {
      atoms.get(0).bind(width);
    }
    if (!x.shape()[2].is(width)) {
      throw GraphException.damaged(
          "its input X has shape " + x + ", W expects a last axis of size " + width);
    }
  }

  private static Recurrent layer(Call c, List<Cell> cells, boolean hasLengths) {
    Recurrent.Builder layer =
        Recurrent.builder(cells.get(0)).reversal(Recurrent.Reversal.WITHIN_LENGTH);
    if (hasLengths) {
      layer.emptyRowState(Recurrent.EmptyRowState.ZERO);
    }
    switch (c.string("direction", "forward")) {
      case "reverse" -> layer.reverse();
      case "bidirectional" -> layer.bidirectional(cells.get(1), Recurrent.Merge.CONCAT);
      default -> {}
    }
    return layer.build();
  }

  /** True if the rows have lengths of their own, false if every row has all steps. */
  private static boolean hasLengths(Call c, List<Atom> rows, Extent steps) {
    if (!c.has(SEQUENCE_LENS)) {
      return false;
    }
    if (c.isConstant(SEQUENCE_LENS)) {
      for (Extent length : c.constant(SEQUENCE_LENS).keptLengths()) {
        if (!length.sameAs(steps)) {
          throw GraphException.unsupported(
              "sequence_lens is the constant "
                  + length
                  + " where the sequence has "
                  + steps
                  + " steps; make it an input of the graph");
        }
      }
      return false;
    }
    Flow lengths = c.flow(SEQUENCE_LENS);
    if (!lengths.integers() || !(lengths.source() instanceof InputExpr input)) {
      throw GraphException.unsupported("computed sequence_lens; make it an input of the graph");
    }
    if (lengths.rank() != 1) {
      throw GraphException.damaged("sequence_lens " + lengths + ", expected one axis");
    }
    Axes.unite(rows, lengths.axes().get(0), c.symbols());
    mark(lengths.axes().get(0), Role.BATCH);
    input.useAs(InputExpr.Use.LENGTHS);
    c.context().lengths(input);
    return true;
  }

  /** The initial state of one direction. */
  private static Initial initial(
      Call c, int input, int direction, List<Cell> cells, int batchAxis, List<Atom> rows) {
    Value given = c.value(input);
    int directionAxis = 1 - batchAxis;
    int units = cells.get(0).units();
    Extent[] shape = given.shape();
    if (shape.length != 3) {
      throw GraphException.damaged(
          "its initial state has " + shape.length + " axes, expected three");
    }
    if (given instanceof Constant constant) {
      requireState(shape, directionAxis, cells.size(), units);
      Constant own = ConstantShaping.take(constant, directionAxis, direction);
      return constant(ConstantShaping.slice(own, 0, 0, 1, 1), own, units);
    }
    Flow flow = c.features(input);
    bind(flow, directionAxis, cells.size());
    bind(flow, 2, units);
    requireState(flow.shape(), directionAxis, cells.size(), units);
    Flow own =
        cells.size() == 1
            ? flow.without(directionAxis)
            : SliceOps.take(c, flow, directionAxis, Extent.of(direction));
    Axes.unite(rows, own.axes().get(0), c.symbols());
    mark(own.axes().get(0), Role.BATCH);
    return new Initial(own, null);
  }

  private static void bind(Flow flow, int axis, long extent) {
    List<Atom> atoms = Axes.leaves(flow.axes().get(axis));
    if (atoms.size() == 1 && !atoms.get(0).isConstant()) {
      atoms.get(0).bind(extent);
    }
  }

  private static void requireState(Extent[] shape, int directionAxis, int directions, int units) {
    if (!shape[directionAxis].is(directions) || !shape[2].is(units)) {
      throw GraphException.damaged(
          "its initial state has shape "
              + Arrays.toString(shape)
              + "; hidden_size "
              + units
              + " and "
              + directions
              + " directions are expected");
    }
  }

  /** A state that is the same in every row. */
  private static Initial constant(Constant first, Constant all, int units) {
    if (!all.isRepeated(0) && !ConstantShaping.rowsAreEqual(all.kept())) {
      throw GraphException.unsupported(
          "its initial state is a constant that differs from row to row of the batch");
    }
    float[] row = first.tensor().toArray();
    boolean zero = true;
    for (float v : row) {
      zero &= v == 0;
    }
    return zero ? Initial.ZERO : new Initial(null, Tensor.of(row, units));
  }

  /** A final state with the graph's axes. */
  private static Flow state(
      Call c,
      RecurrentExpr expr,
      int output,
      int directions,
      int batchAxis,
      List<Atom> rows,
      Atom width) {
    int directionAxis = 1 - batchAxis;
    List<Flow> parts = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      Flow vector = new Flow(expr, output + 2 * d, List.of(rows, List.of(width)), false);
      parts.add(vector.inserted(directionAxis));
    }
    if (directions == 1) {
      return parts.get(0);
    }
    Atom joined = c.symbols().axis("directions", directions);
    JoinExpr join = new JoinExpr(c.describe(), parts, directionAxis, joined);
    c.add(join);
    return join.result();
  }
}
