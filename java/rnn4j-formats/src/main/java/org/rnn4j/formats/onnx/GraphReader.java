package org.rnn4j.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.NameSuggestions;
import org.rnn4j.formats.onnx.flow.Expr;
import org.rnn4j.formats.onnx.flow.InputExpr;
import org.rnn4j.formats.onnx.op.Call;
import org.rnn4j.formats.onnx.op.Context;
import org.rnn4j.formats.onnx.op.Operator;
import org.rnn4j.formats.onnx.op.Operators;
import org.rnn4j.formats.onnx.proto.AttributeMessage;
import org.rnn4j.formats.onnx.proto.FunctionMessage;
import org.rnn4j.formats.onnx.proto.GraphMessage;
import org.rnn4j.formats.onnx.proto.MemoryBudget;
import org.rnn4j.formats.onnx.proto.ModelMessage;
import org.rnn4j.formats.onnx.proto.NodeMessage;
import org.rnn4j.formats.onnx.proto.TensorMessage;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Symbols;
import org.rnn4j.formats.onnx.value.Value;

/**
 * Follows the values of a graph from its inputs to its outputs, node by node. A node that cannot be
 * taken over is noted, and so on: all of them are known in the end. Not thread-safe.
 */
final class GraphReader implements Context {
  /** What reading a node takes beside its axes: a rough upper bound. */
  private static final long NODE_BYTES = 600;

  /** The same for an input of many axes, times the third power of their number. */
  private static final long AXES_BYTES = 7;

  private static final int MAX_DEPTH = 16;

  private final String file;
  private final TensorLoader loader;
  private final Refusals refusals;
  private final Map<String, FunctionMessage> functions = new HashMap<>();
  private final MemoryBudget budget;
  private final Symbols symbols;
  private final List<Expr> exprs = new ArrayList<>();
  private final Map<Expr, String> names = new HashMap<>();
  private InputExpr lengths;
  private Scope current;
  private int depth;

  GraphReader(
      String file,
      ModelMessage model,
      TensorLoader loader,
      Refusals refusals,
      MemoryBudget budget) {
    this.file = file;
    this.budget = budget;
    symbols = new Symbols(budget);
    this.loader = loader;
    this.refusals = refusals;
    for (FunctionMessage f : model.functions()) {
      functions.put(f.domain() + "/" + f.name(), f);
    }
  }

  /** Every expression, each after those it reads. */
  List<Expr> exprs() {
    return exprs;
  }

  /** What to call the layers of an expression. */
  Map<Expr, String> names() {
    return names;
  }

  /** The input with the rows' lengths, or null. */
  InputExpr lengths() {
    return lengths;
  }

  /** Runs all nodes that the wanted names need. */
  void run(GraphMessage graph, Scope scope, Set<String> wanted) {
    for (TensorMessage t : graph.initializers()) {
      if (!scope.put(t)) {
        throw damaged("two values of the name '" + t.name() + "'");
      }
    }
    evaluate(graph.nodes(), scope, wanted);
  }

  /** A value by name. */
  Value value(String name, Scope scope) {
    Value value = scope.get(name, loader);
    if (value == null) {
      throw damaged("no node gives '" + name + "'");
    }
    return value;
  }

  private void evaluate(List<NodeMessage> nodes, Scope scope, Set<String> wanted) {
    Set<String> needed = new HashSet<>(wanted);
    List<NodeMessage> needs = new ArrayList<>();
    for (int k = nodes.size() - 1; k >= 0; k--) {
      NodeMessage node = nodes.get(k);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needs.add(node);
        addInputs(node, needed);
      }
    }
    Scope around = current;
    current = scope;
    try {
      for (int k = needs.size() - 1; k >= 0; k--) {
        evaluate(needs.get(k), scope);
      }
    } finally {
      current = around;
    }
  }

  /** The names that a node reads, its branches included. */
  private static void addInputs(NodeMessage node, Set<String> into) {
    into.addAll(node.inputs());
    into.remove("");
    for (AttributeMessage a : node.attributes().values()) {
      if (a.graph() != null) {
        for (NodeMessage inner : a.graph().nodes()) {
          addInputs(inner, into);
        }
        a.graph().outputs().forEach(o -> into.add(o.name()));
      }
    }
  }

  private void evaluate(NodeMessage node, Scope scope) {
    budget.spend(NODE_BYTES);
    List<Value> inputs = new ArrayList<>(node.inputs().size());
    boolean refused = false;
    for (String name : node.inputs()) {
      Value value = name.isEmpty() ? null : scope.get(name, loader);
      if (value == null && !name.isEmpty()) {
        throw damaged(
            node.describe()
                + " reads '"
                + name
                + "', which no node before it gives (a cycle, or nodes out of order)");
      }
      inputs.add(value);
      refused |= value == Value.Refused.INSTANCE;
      spend(value);
    }
    List<Value> outputs = List.of();
    if (!refused) {
      outputs = attempt(node, inputs, scope);
    } else if (!isFunction(node) && !Operators.isKnown(node.domain(), node.opType())) {
      refusals.add(node.describe(), Operators.unknown(node.domain(), node.opType()));
    }
    for (int k = 0; k < node.outputs().size(); k++) {
      String name = node.outputs().get(k);
      if (!name.isEmpty()
          && !scope.put(name, k < outputs.size() ? outputs.get(k) : Value.Refused.INSTANCE)) {
        throw damaged("two values of the name '" + name + "'");
      }
    }
  }

  /** Counts what an operator may do with an input. */
  private void spend(Value value) {
    if (value == null || value == Value.Refused.INSTANCE) {
      return;
    }
    long rank = value.rank();
    budget.spend(AXES_BYTES * rank * rank * rank);
    if (value instanceof Constant constant) {
      budget.read(constant.readableSize());
      if (!constant.isFloat()) {
        budget.spend(Symbols.LISTED_BYTES * constant.readableSize());
      }
    }
  }

  private boolean isFunction(NodeMessage node) {
    return functions.containsKey(node.domain() + "/" + node.opType());
  }

  /** The node's outputs; none if it is refused. */
  private List<Value> attempt(NodeMessage node, List<Value> inputs, Scope scope) {
    try {
      FunctionMessage function = functions.get(node.domain() + "/" + node.opType());
      if (function != null) {
        return call(function, node, inputs, scope);
      }
      Operator operator = Operators.find(node.domain(), node.opType());
      long opset = scope.opsets.getOrDefault("", 1L);
      Call call = new Call(node, attributes(node, scope), inputs, opset, this);
      List<Value> outputs = operator.apply(call);
      if (outputs.size() < wanted(node)) {
        throw GraphException.unsupported("its output " + outputs.size() + " is not supported");
      }
      return outputs;
    } catch (GraphException e) {
      refusals.add(node.describe(), e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      refusals.add(node.describe(), GraphException.damaged(e.getMessage()));
    }
    return List.of();
  }

  /** The number of outputs up to the last that has a name. */
  private static int wanted(NodeMessage node) {
    int n = node.outputs().size();
    while (n > 0 && node.outputs().get(n - 1).isEmpty()) {
      n--;
    }
    return n;
  }

  /** A node's attributes, those of the function around put in. */
  private static Map<String, AttributeMessage> attributes(NodeMessage node, Scope scope) {
    Map<String, AttributeMessage> all = new LinkedHashMap<>();
    for (AttributeMessage a : node.attributes().values()) {
      if (a.reference().isEmpty()) {
        all.put(a.name(), a);
      } else if (scope.attributes.containsKey(a.reference())) {
        all.put(a.name(), scope.attributes.get(a.reference()).named(a.name()));
      }
    }
    return all;
  }

  private List<Value> call(
      FunctionMessage function, NodeMessage node, List<Value> inputs, Scope scope) {
    if (++depth > MAX_DEPTH) {
      throw GraphException.unsupported("functions nested more than " + MAX_DEPTH + " deep");
    }
    Map<String, AttributeMessage> attributes = new LinkedHashMap<>(function.defaults());
    attributes.putAll(attributes(node, scope));
    Map<String, Long> opsets = function.opsets().isEmpty() ? scope.opsets : function.opsets();
    Scope body = new Scope(null, attributes, opsets);
    for (int k = 0; k < function.inputs().size() && k < inputs.size(); k++) {
      if (inputs.get(k) != null) {
        body.put(function.inputs().get(k), inputs.get(k));
      }
    }
    try {
      evaluate(function.nodes(), body, new HashSet<>(function.outputs()));
    } finally {
      depth--;
    }
    return function.outputs().stream().map(name -> value(name, body)).toList();
  }

  @Override
  public List<Value> branch(GraphMessage graph) {
    if (++depth > MAX_DEPTH) {
      throw GraphException.unsupported("branches nested more than " + MAX_DEPTH + " deep");
    }
    Scope body = new Scope(current, current.attributes, current.opsets);
    List<String> outputs = graph.outputs().stream().map(o -> o.name()).toList();
    try {
      run(graph, body, new HashSet<>(outputs));
    } finally {
      depth--;
    }
    return outputs.stream().map(name -> value(name, body)).toList();
  }

  @Override
  public Symbols symbols() {
    return symbols;
  }

  @Override
  public void add(Expr expr, String name) {
    exprs.add(expr);
    names.put(expr, name);
  }

  @Override
  public Constant constant(TensorMessage tensor) {
    return loader.load(tensor);
  }

  @Override
  public void lengths(InputExpr input) {
    if (lengths != null && lengths != input) {
      throw GraphException.unsupported(
          "its sequence_lens are '"
              + input.name()
              + "', another node's are '"
              + lengths.name()
              + "'; one input with lengths is supported");
    }
    lengths = input;
  }

  private ModelFormatException damaged(String message) {
    return new ModelFormatException(file + ": " + message);
  }

  /** The message for a name that is not there. */
  static String unknown(String what, String name, List<String> known) {
    return what
        + " '"
        + name
        + "' is not there; the nearest are "
        + NameSuggestions.nearest(name, known);
  }
}
