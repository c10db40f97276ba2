package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Values;

/** A node with what its inputs are, for the rule of its operation. */
final class Call {
  /** What an operation makes of its inputs. */
  @FunctionalInterface
  interface Rule {
    /** One element an output. */
    List<Val> apply(Call call);
  }

  private final Interpreter interpreter;
  private final GraphNode node;
  private final List<Val> inputs;

  Call(Interpreter interpreter, GraphNode node, List<Val> inputs) {
    this.interpreter = interpreter;
    this.node = node;
    this.inputs = inputs;
  }

  Interpreter interpreter() {
    return interpreter;
  }

  Values values() {
    return interpreter.values();
  }

  GraphNode node() {
    return node;
  }

  List<Val> inputs() {
    return inputs;
  }

  int count() {
    return inputs.size();
  }

  Val in(int k) {
    if (k >= inputs.size()) {
      throw new NotUnderstood("has " + inputs.size() + " inputs, too few");
    }
    return inputs.get(k);
  }

  /** An input that must be a constant. */
  Known known(int k) {
    if (in(k) instanceof Known c) {
      return c;
    }
    throw new NotUnderstood("its input " + k + " is not constant");
  }

  /** An input that must be integers, whether known or not. */
  Ints ints(int k) {
    Ints i = Ints.from(in(k));
    if (i == null) {
      throw new NotUnderstood("its input " + k + " is no shape or index");
    }
    return i;
  }

  /** An input that must be a constant integer. */
  long integer(int k) {
    return ints(k)
        .one()
        .value()
        .orElseThrow(() -> new NotUnderstood("its input " + k + " is not constant"));
  }

  /** An input that depends on what the model is given, or a constant in that form. */
  Sym sym(int k) {
    return Syms.of(values(), in(k), node.name());
  }

  /** A new label named after this node. */
  Atom atom(long size) {
    return values().atom(size, node.name());
  }
}
