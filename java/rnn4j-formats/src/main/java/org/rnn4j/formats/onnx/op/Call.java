package org.rnn4j.formats.onnx.op;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.onnx.flow.Expr;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.InputExpr;
import org.rnn4j.formats.onnx.proto.AttributeMessage;
import org.rnn4j.formats.onnx.proto.NodeMessage;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Symbols;
import org.rnn4j.formats.onnx.value.Value;

/** A node with the values of its inputs. */
public final class Call {
  private final NodeMessage node;
  private final Map<String, AttributeMessage> attributes;
  private final List<Value> inputs;
  private final long opset;
  private final Context context;

  /**
   * @param attributes of the node, those of a surrounding function put in
   * @param inputs null where one is absent
   * @param opset version of the operator set
   */
  public Call(
      NodeMessage node,
      Map<String, AttributeMessage> attributes,
      List<Value> inputs,
      long opset,
      Context context) {
    this.node = node;
    this.attributes = attributes;
    this.inputs = inputs;
    this.opset = opset;
    this.context = context;
  }

  /** The operator. */
  String operator() {
    return node.opType();
  }

  /** The node as messages name it. */
  String describe() {
    return node.describe();
  }

  /** The graph around. */
  Context context() {
    return context;
  }

  /** Makes axes. */
  Symbols symbols() {
    return context.symbols();
  }

  /** The version of the operator set. */
  long opset() {
    return opset;
  }

  /** How many inputs there are, absent ones in the middle counted. */
  int inputCount() {
    return inputs.size();
  }

  /** How many outputs the node names. */
  int outputCount() {
    return node.outputs().size();
  }

  /** True if somebody may read that output. */
  boolean wants(int output) {
    return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
  }

  /** True if the input is given. */
  boolean has(int k) {
    return k < inputs.size() && inputs.get(k) != null;
  }

  /** An input that must be given. */
  Value value(int k) {
    if (!has(k)) {
      throw GraphException.damaged("expected an input " + k + ", found none");
    }
    return inputs.get(k);
  }

  /** True if the input is given and does not depend on the graph's inputs. */
  boolean isConstant(int k) {
    return has(k) && inputs.get(k) instanceof Constant;
  }

  /** True if no input depends on the graph's inputs. */
  boolean isConstant() {
    return inputs.stream().allMatch(v -> v == null || v instanceof Constant);
  }

  /** An input that must not depend on the graph's inputs. */
  Constant constant(int k) {
    if (value(k) instanceof Constant c) {
      return c;
    }
    throw GraphException.unsupported(
        "its input '" + node.inputs().get(k) + "' must be a constant; it depends on the input");
  }

  /** An input that depends on the graph's inputs, whatever it holds. */
  Flow flow(int k) {
    if (value(k) instanceof Flow f) {
      return f;
    }
    throw GraphException.unsupported(
        "its input '" + node.inputs().get(k) + "' is a constant and its others are not");
  }

  /** An input that depends on the graph's inputs and holds features. */
  Flow features(int k) {
    return features(flow(k));
  }

  /** The same, which is to hold features. */
  static Flow features(Flow f) {
    if (f.integers()) {
      throw GraphException.unsupported("arithmetic on ids is not supported");
    }
    if (f.source() instanceof InputExpr input) {
      input.useAs(InputExpr.Use.FEATURES);
    }
    return f;
  }

  /** Takes note of an expression and gives its first output. */
  Flow put(Expr expr, List<List<Atom>> axes) {
    add(expr);
    return Flow.of(expr, axes);
  }

  /** Takes note of an expression. */
  void add(Expr expr) {
    String name =
        !node.name().isEmpty()
            ? node.name()
            : node.outputs().isEmpty() ? "" : node.outputs().get(0);
    context.add(expr, name);
  }

  /** True if the attribute is given. */
  boolean hasAttribute(String name) {
    return attributes.containsKey(name);
  }

  /** An attribute, or null. */
  AttributeMessage attribute(String name) {
    return attributes.get(name);
  }

  /** An integer. */
  long integer(String name, long otherwise) {
    AttributeMessage a = attributes.get(name);
    return a == null ? otherwise : a.i();
  }

  /** A float. */
  double real(String name, double otherwise) {
    AttributeMessage a = attributes.get(name);
    return a == null ? otherwise : a.f();
  }

  /** A string. */
  String string(String name, String otherwise) {
    AttributeMessage a = attributes.get(name);
    return a == null || a.s() == null ? otherwise : a.s();
  }

  /** Integers, or null. */
  long[] integers(String name) {
    AttributeMessage a = attributes.get(name);
    return a == null ? null : a.ints();
  }

  /** Integers from an attribute in old versions, from a constant input in newer ones; or null. */
  long[] integers(String name, int input) {
    return has(input) ? constant(input).longs() : integers(name);
  }

  /**
   * An axis counted from 0.
   *
   * @param rank of the tensor
   */
  static int axis(long axis, int rank) {
    long at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank) {
      throw GraphException.damaged("axis " + axis + " of a tensor of " + rank + " axes");
    }
    return (int) at;
  }

  /** Axes counted from 0. */
  static int[] axes(long[] axes, int rank) {
    int[] at = Arrays.stream(axes).mapToInt(a -> axis(a, rank)).toArray();
    if (Arrays.stream(at).distinct().count() != at.length) {
      throw GraphException.damaged("axes " + Arrays.toString(axes) + " name one axis twice");
    }
    return at;
  }
}
