package org.rnn4j.formats.onnx.flow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;

/** Brings expressions that lead to a graph's outputs into a model. Not thread-safe. */
public final class Translation {
  /** Takes what cannot be translated. */
  public interface Refusals {
    /** The node of that description cannot be taken over. */
    void add(String node, GraphException why);
  }

  /**
   * An output of the graph.
   *
   * @param name of the output
   * @param flow its value
   */
  public record Output(String name, Flow flow) {}

  private final Map<Expr, Boolean> needed = new HashMap<>();
  private final Refusals refusals;

  private Translation(Refusals refusals) {
    this.refusals = refusals;
  }

  /**
   * Adds inputs, layers and outputs to {@code model}.
   *
   * @param inputs in the graph's order
   * @param all every expression, each after those it reads
   * @param names what to call the layers of an expression
   * @param hasLengths true if an input holds the rows' lengths
   */
  public static void run(
      RnnModel.Builder model,
      List<InputExpr> inputs,
      List<Expr> all,
      List<Output> outputs,
      Map<Expr, String> names,
      boolean hasLengths,
      Refusals refusals) {
    Translation t = new Translation(refusals);
    outputs.forEach(o -> t.need(o.flow().source()));
    Emitter out = new Emitter(model);
    t.inputs(out, inputs, hasLengths);
    for (Expr e : all) {
      if (t.isReady(e)) {
        out.begin(names.getOrDefault(e, ""));
        t.attempt(e, () -> e.emit(out));
      }
    }
    for (Output o : outputs) {
      if (t.needed.get(o.flow().source())) {
        out.begin(o.name());
        t.attempt(o.flow().source(), () -> model.output(fit(out, o)));
      }
    }
  }

  private static ModelOutput fit(Emitter out, Output o) {
    return OutputFitter.fit(out, o.name(), o.flow());
  }

  private void need(Expr last) {
    Deque<Expr> open = new ArrayDeque<>(List.of(last));
    while (!open.isEmpty()) {
      Expr e = open.pop();
      if (needed.put(e, true) == null) {
        e.inputs().forEach(f -> open.push(f.source()));
      }
    }
  }

  /** Inputs in the graph's order; one with lengths is none of the model's. */
  private void inputs(Emitter out, List<InputExpr> inputs, boolean hasLengths) {
    inputs.forEach(InputExpr::supposeBatch);
    for (InputExpr input : inputs) {
      if (input.use() == InputExpr.Use.LENGTHS) {
        continue;
      }
      if (needed.containsKey(input)) {
        attempt(input, () -> input.emit(out, hasLengths));
      } else {
        input.emitUnused(out);
      }
    }
  }

  private boolean isReady(Expr e) {
    if (!needed.getOrDefault(e, false) || e instanceof InputExpr) {
      return false;
    }
    boolean ready = e.inputs().stream().allMatch(f -> needed.get(f.source()));
    needed.put(e, ready);
    return ready;
  }

  /** Runs an action; if that fails, says so, and what needs the expression is left out. */
  private void attempt(Expr e, Runnable action) {
    try {
      action.run();
    } catch (GraphException why) {
      refusals.add(e.node(), why);
      needed.put(e, false);
    }
  }
}
