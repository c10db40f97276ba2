package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.cell.LoopCells;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer.Merge;

/**
 * Operations that are a whole cell or a whole layer: taken apart into what cells written out
 * compute. Defaults of attributes are those of the operations, which count where a file leaves them
 * out (semantics: LSTMBlockCell and BlockLSTM clip c at 3 then).
 */
final class Fused {
  private static final int C = 1;
  private static final int H = 6;

  private Fused() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("LSTMBlockCell", Fused::lstmCell);
    rules.put("GRUBlockCell", Fused::gruCell);
    rules.put("BlockLSTM", c -> lstmLayer(c, false));
    rules.put("BlockLSTMV2", c -> lstmLayer(c, true));
  }

  /** The options of an LSTM operation. */
  private record Options(double forgetBias, double clip, boolean peephole, boolean forgetSecond) {
    static Options of(Call c, boolean version2) {
      return new Options(
          version2 ? 0 : c.node().number("forget_bias", 1),
          c.node().number("cell_clip", version2 ? 0 : 3),
          c.node().bool("use_peephole", false),
          version2);
    }
  }

  /** What a step gives: c and h. */
  private record Step(Sym c, Sym h, List<Sym> gates) {}

  private static List<Val> lstmCell(Call c) {
    Step s = lstm(c, c.sym(0), c.sym(1), c.sym(2), 3, Options.of(c, false));
    List<Val> outputs = new ArrayList<>(s.gates);
    outputs.add(C, s.c);
    outputs.add(s.h);
    return outputs;
  }

  /**
   * i, f, o, ci, co and, apart, c and h. Weights begin at input {@code at}: w, wci, wcf, wco, b.
   */
  private static Step lstm(Call c, Sym x, Sym oldC, Sym oldH, int at, Options o) {
    Values values = c.values();
    Sym z = gates(c, List.of(x, oldH), at, at + 4);
    List<Sym> parts = split(c, z, 4);
    Sym in = parts.get(0);
    Sym candidate = parts.get(o.forgetSecond ? 2 : 1);
    Sym forget = parts.get(o.forgetSecond ? 1 : 2);
    forget = forget.with(values.affine(forget.value(), 1, o.forgetBias));
    Sym out = parts.get(3);
    if (o.peephole) {
      in = plus(c, in, times(c, oldC, at + 1));
      forget = plus(c, forget, times(c, oldC, at + 2));
    }
    Sym i = activated(c, in, Activation.SIGMOID);
    Sym f = activated(c, forget, Activation.SIGMOID);
    Sym g = activated(c, candidate, Activation.TANH);
    Sym newC = plus(c, pair(c, Merge.Op.MULTIPLY, f, oldC), pair(c, Merge.Op.MULTIPLY, i, g));
    if (o.clip > 0) {
      newC = newC.with(values.clip(newC.value(), -o.clip, o.clip));
    }
    out = o.peephole ? plus(c, out, times(c, newC, at + 3)) : out;
    Sym gate = activated(c, out, Activation.SIGMOID);
    Sym tanh = activated(c, newC, Activation.TANH);
    Sym newH = pair(c, Merge.Op.MULTIPLY, gate, tanh);
    return new Step(newC, newH, List.of(i, f, gate, g, tanh));
  }

  private static List<Val> gruCell(Call c) {
    Sym x = c.sym(0);
    Sym h = c.sym(1);
    Sym both = activated(c, gates(c, List.of(x, h), 2, 4), Activation.SIGMOID);
    List<Sym> parts = split(c, both, 2);
    Sym r = parts.get(0);
    Sym u = parts.get(1);
    Sym reset = pair(c, Merge.Op.MULTIPLY, r, h);
    Sym g = activated(c, gates(c, List.of(x, reset), 3, 5), Activation.TANH);
    Sym fresh = u.with(c.values().affine(u.value(), -1, 1));
    Sym newH = plus(c, pair(c, Merge.Op.MULTIPLY, u, h), pair(c, Merge.Op.MULTIPLY, fresh, g));
    return List.of(r, u, g, newH);
  }

  private static List<Val> lstmLayer(Call c, boolean version2) {
    Sym x = c.sym(1);
    if (x.rank() != 3 || x.axis(0).size() != 1) {
      throw new NotUnderstood("its input is no sequence [T, B, I]");
    }
    Atom time = x.axis(0).get(0);
    if (!c.ints(0).one().equalTo(IntExpr.of(time))) {
      throw new NotUnderstood("it runs " + c.ints(0).one() + " steps of " + time);
    }
    int loop = c.interpreter().newLoop();
    Sym c0 = c.sym(2);
    Sym h0 = c.sym(3);
    Sym oldC = state(c, loop, 0, c0);
    Sym oldH = state(c, loop, 1, h0);
    Step s = lstm(c, x.as(x.without(0)), oldC, oldH, 4, Options.of(c, version2));
    LoopCells cells =
        new LoopCells(
            c.values(),
            time,
            loop,
            List.of(
                new LoopCells.Carried(oldC.value(), s.c.value(), c0.value()),
                new LoopCells.Carried(oldH.value(), s.h.value(), h0.value())));
    Val unknown = Val.Bad.of(List.of(), c.node() + ": its gates as outputs are not supported");
    List<Val> outputs = new ArrayList<>();
    for (int k = 0; k < H; k++) {
      outputs.add(k == C ? sequence(s.c, time, cells.cellStates(oldC.value())) : unknown);
    }
    outputs.add(sequence(s.h, time, cells.sequence(s.h.value())));
    return outputs;
  }

  private static Sym state(Call c, int loop, int index, Sym initial) {
    List<Atom> atoms = new ArrayList<>();
    initial.axes().forEach(atoms::addAll);
    return initial.with(c.values().state(loop, index, atoms));
  }

  private static Sym sequence(Sym step, Atom time, Value all) {
    List<List<Atom>> axes = new ArrayList<>(step.axes());
    axes.add(0, List.of(time));
    Atom.unite(all.lastAtom(), step.axis(-1).get(0));
    return Sym.of(all, axes);
  }

  /** The joined inputs times a kernel, plus a bias. */
  private static Sym gates(Call c, List<Sym> inputs, int kernel, int bias) {
    List<Value> parts = new ArrayList<>();
    List<Atom> along = new ArrayList<>();
    List<List<Atom>> rows = inputs.get(0).without(1);
    for (Sym input : inputs) {
      Sym s = Layouts.singleLast(c, input);
      parts.add(s.value());
      along.add(s.axis(-1).get(0));
      rows = Alignment.of(rows, s.without(1));
    }
    if (c.known(kernel).matrix() == null) {
      throw new NotUnderstood("its kernel is no constant matrix");
    }
    Atom width = c.atom(along.stream().mapToLong(Atom::size).sum());
    Value joined = c.values().concat(parts, along, width);
    Sym z =
        Products.times(
            c,
            Sym.of(joined, List.of(rows.get(0), List.of(joined.lastAtom()))),
            c.known(kernel).matrix());
    return (Sym) Arithmetic.combine(c.values(), Arithmetic.Kind.ADD, z, c.known(bias));
  }

  private static List<Sym> split(Call c, Sym z, int n) {
    List<Sym> parts = new ArrayList<>();
    long width = z.axis(-1).get(0).size() / n;
    for (int k = 0; k < n; k++) {
      parts.add(Slicing.part(c, z, 1, k * width, width));
    }
    return parts;
  }

  private static Sym activated(Call c, Sym x, Activation f) {
    return x.with(c.values().apply(x.value(), f));
  }

  private static Sym times(Call c, Sym state, int peephole) {
    return (Sym) Arithmetic.combine(c.values(), Arithmetic.Kind.MULTIPLY, state, c.known(peephole));
  }

  private static Sym plus(Call c, Sym a, Sym b) {
    return pair(c, Merge.Op.ADD, a, b);
  }

  private static Sym pair(Call c, Merge.Op how, Sym a, Sym b) {
    return a.as(Alignment.of(a.axes(), b.axes())).with(c.values().pair(how, a.value(), b.value()));
  }
}
