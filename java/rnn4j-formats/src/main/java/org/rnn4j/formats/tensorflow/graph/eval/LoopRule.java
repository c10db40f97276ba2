package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.cell.LoopCells;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/**
 * Runs a loop once on descriptions and reads from what a step computes what the loop as a whole is.
 * A first pass finds what the loop only carries along; the second has it in place.
 */
final class LoopRule {
  private final Interpreter interpreter;
  private final Loop loop;
  private final int id;
  private final List<Val> bound = new ArrayList<>();
  private final Map<Integer, Sym> states = new HashMap<>();
  private List<Val> after;
  private Atom time;

  private LoopRule(Interpreter interpreter, Loop loop) {
    this.interpreter = interpreter;
    this.loop = loop;
    this.id = interpreter.newLoop();
  }

  /** The variables after the loop; those that are not understood are {@link Val.Bad}. */
  static List<Val> run(Interpreter interpreter, Loop loop) {
    return new LoopRule(interpreter, loop).run();
  }

  private List<Val> run() {
    for (Val v : loop.initial()) {
      if (v instanceof Val.Bad) {
        Val bad = Val.Bad.of(loop.initial(), null);
        return loop.initial().stream().map(x -> bad).toList();
      }
    }
    for (int k = 0; k < loop.initial().size(); k++) {
      bound.add(asVariable(k, loop.initial().get(k)));
    }
    List<Val> first = loop.body().step(List.copyOf(bound));
    boolean kept = false;
    for (int k = 0; k < bound.size(); k++) {
      if (bound.get(k) != loop.initial().get(k) && isSame(bound.get(k), first.get(k))) {
        bound.set(k, loop.initial().get(k));
        states.remove(k);
        kept = true;
      }
    }
    after = kept ? loop.body().step(List.copyOf(bound)) : first;
    try {
      requireAllSteps();
    } catch (NotUnderstood e) {
      Val bad = bad(e.getMessage());
      return loop.initial().stream().map(x -> bad).toList();
    }
    return results();
  }

  private Val.Bad bad(String reason) {
    return Val.Bad.of(List.of(), "loop '" + loop.name() + "': " + reason);
  }

  /** A variable within the loop. */
  private Val asVariable(int k, Val initial) {
    if (initial instanceof ListVal list) {
      return list.steps() != null ? list : ListVal.carriedBy(id, k, list.size());
    }
    if (initial instanceof Known c && c.isInteger() && c.rank() == 0) {
      boolean counts = c.number() == 0;
      String text = counts ? "iteration of loop " + id : "variable " + k + " of loop " + id;
      IntExpr.Symbol.Kind kind = counts ? IntExpr.Symbol.Kind.ITERATION : IntExpr.Symbol.Kind.LIMIT;
      return Ints.scalar(IntExpr.of(new IntExpr.Symbol(text, kind, id)));
    }
    boolean floats =
        initial instanceof Sym s
            ? s.kind() == Sym.Kind.FLOAT
            : initial instanceof Known c && c.isFloat();
    if (!floats) {
      return initial;
    }
    Sym begin = labelled(Syms.of(interpreter.values(), initial, loop.name()));
    List<Atom> atoms = new ArrayList<>();
    begin.axes().forEach(atoms::addAll);
    states.put(k, begin);
    return begin.with(interpreter.values().state(id, k, atoms));
  }

  /** A state of one unit has a label for it: cells join it with their input. */
  private Sym labelled(Sym begin) {
    if (begin.rank() < 2 || !begin.axis(-1).isEmpty()) {
      return begin;
    }
    Atom unit = interpreter.values().atom(1, loop.name());
    return begin.as(begin.replaced(begin.rank() - 1, List.of(unit)));
  }

  @SuppressWarnings("ReferenceEquality") // values of one run are shared, not copied
  private static boolean isSame(Val variable, Val next) {
    if (variable instanceof Sym a && next instanceof Sym b) {
      return a.value() == b.value() && a.axes().equals(b.axes());
    }
    if (variable instanceof Ints a && next instanceof Ints b) {
      return a.elements().size() == b.elements().size() && a.one().equalTo(b.one());
    }
    if (variable instanceof ListVal a && next instanceof ListVal b) {
      return a == b
          || (a.loop() >= 0
              && a.loop() == b.loop()
              && a.carried() == b.carried()
              && b.written() == null);
    }
    return variable == next;
  }

  /** The loop must take every step of what it reads, from the first on. */
  private void requireAllSteps() {
    Val test = loop.condition().test(List.copyOf(bound));
    time = interpreter.timeOf(id);
    if (test instanceof Val.Bad b) {
      throw new NotUnderstood(String.join("; ", b.reasons()));
    }
    if (time == null) {
      throw new NotUnderstood(
          "it is not recognised as a recurrent layer: it reads no sequence step by step");
    }
    boolean whole = false;
    for (Truth part : parts(test)) {
      whole |= isBound(part);
    }
    if (!whole) {
      throw new NotUnderstood(
          "it is not recognised as a recurrent layer: how often it runs does not follow from its"
              + " input");
    }
    for (int k = 0; k < bound.size(); k++) {
      if (bound.get(k) instanceof Ints i && isIteration(i.one()) && !states.containsKey(k)) {
        requireCounting(after.get(k), i.one());
      }
    }
  }

  private static void requireCounting(Val next, IntExpr before) {
    Ints i = Ints.from(next);
    if (i == null || !i.one().equalTo(before.plus(IntExpr.ONE))) {
      throw new NotUnderstood("its counter does not count by 1");
    }
  }

  private boolean isIteration(IntExpr e) {
    IntExpr.Symbol s = e.symbol();
    return s != null && s.what() == IntExpr.Symbol.Kind.ITERATION && s.of().equals(id);
  }

  private static List<Truth> parts(Val test) {
    if (test instanceof Truth t) {
      return t.test() == Truth.Test.ALL ? t.parts() : List.of(t);
    }
    throw new NotUnderstood("its condition is not on the number of steps");
  }

  /** True if a part of the condition lets the loop run to the end of the sequence. */
  private boolean isBound(Truth part) {
    if (part.test() != Truth.Test.LESS || !isIteration(part.left())) {
      throw new NotUnderstood("its condition is not on the number of steps");
    }
    IntExpr limit = part.right();
    if (limit.value().isPresent() && !time.known()) {
      time.requireSize(limit.value().getAsLong());
      time.fix();
    }
    if (limit.equalTo(IntExpr.of(time))) {
      return true;
    }
    if (reachesLongest(limit)) {
      return true;
    }
    throw new NotUnderstood("it runs " + limit + " steps of a sequence of " + time);
  }

  /** {@code min(T, max(1, longest length))}: the steps that are left out would change nothing. */
  private boolean reachesLongest(IntExpr limit) {
    IntExpr.Symbol min = limit.symbol();
    if (min == null
        || min.what() != IntExpr.Symbol.Kind.LIMIT
        || !(min.of() instanceof List<?> l)) {
      return false;
    }
    boolean hasSteps = false;
    boolean hasLongest = false;
    for (Object o : l) {
      IntExpr e = (IntExpr) o;
      hasSteps |= e.equalTo(IntExpr.of(time));
      hasLongest |= isAtLeastLongest(e);
    }
    return min.text().startsWith("min") && hasSteps && hasLongest;
  }

  private boolean isAtLeastLongest(IntExpr e) {
    IntExpr.Symbol max = e.symbol();
    if (max == null) {
      return false;
    }
    if (max.what() == IntExpr.Symbol.Kind.LONGEST) {
      return true;
    }
    if (max.what() != IntExpr.Symbol.Kind.LIMIT || !(max.of() instanceof List<?> l)) {
      return false;
    }
    return max.text().startsWith("max")
        && l.stream()
            .map(IntExpr.class::cast)
            .anyMatch(x -> x.equalTo(IntExpr.of(time)) || isAtLeastLongest(x));
  }

  private List<Val> results() {
    List<LoopCells.Carried> carried = new ArrayList<>();
    for (int k : states.keySet().stream().sorted().toList()) {
      if (after.get(k) instanceof Sym next) {
        carried.add(
            new LoopCells.Carried(
                ((Sym) bound.get(k)).value(), next.value(), states.get(k).value()));
        sameAxes((Sym) bound.get(k), next);
      }
    }
    LoopCells cells;
    try {
      cells = new LoopCells(interpreter.values(), time, id, withoutFullLengths(carried));
    } catch (NotUnderstood e) {
      Val bad = bad(e.getMessage());
      return loop.initial().stream().map(x -> bad).toList();
    }
    List<Val> results = new ArrayList<>();
    for (int k = 0; k < bound.size(); k++) {
      try {
        results.add(result(k, cells));
      } catch (NotUnderstood e) {
        results.add(bad(e.getMessage()));
      }
    }
    return results;
  }

  private static void sameAxes(Sym state, Sym next) {
    if (state.rank() == next.rank()) {
      for (int k = 0; k < state.rank(); k++) {
        Alignment.same(state.axes().get(k), next.axes().get(k));
      }
    }
  }

  private List<LoopCells.Carried> withoutFullLengths(List<LoopCells.Carried> carried) {
    List<LoopCells.Carried> all = new ArrayList<>();
    for (LoopCells.Carried c : carried) {
      all.add(new LoopCells.Carried(c.state(), chosen(c.update()), c.initial()));
    }
    return all;
  }

  /** A choice by lengths that are constant, and all of them T, is none. */
  private Value chosen(Value v) {
    if (v.op() instanceof Op.Select
        && v.arg(0).op() instanceof Op.PastEnd
        && v.arg(0).arg(0).op() instanceof Op.Constant c) {
      for (float length : c.tensor().toArray()) {
        if (!time.known() || length < time.size()) {
          throw new NotUnderstood("its lengths are constant; feed them");
        }
      }
      return v.arg(2);
    }
    return v;
  }

  private Val result(int k, LoopCells cells) {
    Val next = after.get(k);
    if (next instanceof Val.Bad b) {
      return b;
    }
    if (bound.get(k) == loop.initial().get(k)) {
      return loop.initial().get(k);
    }
    if (bound.get(k) instanceof Ints) {
      return Ints.scalar(IntExpr.of(time));
    }
    if (next instanceof ListVal list && list.written() != null) {
      return written(list, cells);
    }
    if (next instanceof Sym s && states.containsKey(k)) {
      Sym state = (Sym) bound.get(k);
      return state.with(cells.finalOf(state.value())).as(s.axes());
    }
    throw cells.notRecognised();
  }

  private Val written(ListVal list, LoopCells cells) {
    if (list.written() instanceof Val.Bad b) {
      return b;
    }
    Sym element = Syms.of(interpreter.values(), list.written(), loop.name());
    Value sequence = cells.sequence(chosen(element.value()));
    if (isIteration(list.writtenAt())) {
      List<List<Atom>> axes = new ArrayList<>(element.axes());
      axes.add(0, List.of(time));
      return ListVal.of(element.with(sequence).as(axes));
    }
    if (list.writtenAt().value().orElse(-1) == 0
        && list.size() != null
        && list.size().equalTo(IntExpr.ONE)) {
      Value last = interpreter.values().at(sequence, time, Op.At.LAST);
      return ListVal.empty(IntExpr.ONE).with(IntExpr.ZERO, element.with(last));
    }
    throw new NotUnderstood("it writes its outputs elsewhere than step by step");
  }
}
