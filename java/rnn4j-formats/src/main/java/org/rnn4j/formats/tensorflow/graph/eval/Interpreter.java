package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.proto.NodeAttribute;
import org.rnn4j.formats.tensorflow.graph.proto.StoredTensor;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Values;

/**
 * Runs the nodes that some tensors depend on, each once, on descriptions of tensors. What it does
 * not know how to run becomes {@link Val.Bad} with the reason, and so does all that depends on it:
 * every reason is found in one pass. Not thread-safe.
 */
public final class Interpreter {
  private static final Map<String, Call.Rule> RULES = rules();

  private final GraphFile file;
  private final Values values;
  private final Surroundings surroundings;
  private final Map<String, Val> fed;
  private final IdentityHashMap<GraphNode, Known> constants = new IdentityHashMap<>();
  private final Map<Integer, Atom> times = new HashMap<>();
  private final Map<String, GraphNode> handles = new HashMap<>();
  private final Control control;
  private int loops;

  private static Map<String, Call.Rule> rules() {
    Map<String, Call.Rule> rules = new HashMap<>();
    Plain.register(rules);
    Arithmetic.register(rules);
    Unary.register(rules);
    Logic.register(rules);
    ShapeOps.register(rules);
    Slicing.register(rules);
    Joining.register(rules);
    Lookup.register(rules);
    Products.register(rules);
    Reductions.register(rules);
    Lists.register(rules);
    Fused.register(rules);
    return rules;
  }

  /**
   * @param file the graph
   * @param values where expressions are made
   * @param surroundings variables and scalars
   * @param fed tensors of the graph, as {@code node:k}, that stand for something else
   */
  public Interpreter(
      GraphFile file, Values values, Surroundings surroundings, Map<String, Val> fed) {
    this.file = file;
    this.values = values;
    this.surroundings = surroundings;
    this.fed = fed;
    this.control = new Control(this, file);
  }

  /** The descriptions of some tensors of the graph. */
  public List<Val> run(List<String> tensors) {
    return run(Frame.of(file.nodes()), tensors);
  }

  /** Where expressions are made. */
  Values values() {
    return values;
  }

  /** A number for a new loop. */
  int newLoop() {
    return loops++;
  }

  /** A loop reads a sequence step by step along this axis. */
  void loopReads(int loop, Atom time) {
    Atom before = times.putIfAbsent(loop, time);
    if (before != null) {
      Atom.unite(before, time);
    }
  }

  /** The axis of the steps of a loop, or null if it reads no sequence. */
  Atom timeOf(int loop) {
    return times.get(loop);
  }

  /** The value of a Const node; always the same object. */
  Known constant(GraphNode node) {
    Known known = constants.get(node);
    if (known == null) {
      NodeAttribute value = node.attribute("value");
      StoredTensor tensor = value == null ? null : value.tensor();
      if (tensor == null) {
        throw new ModelFormatException(
            file.name() + ": " + node + ": expected a value, found none");
      }
      known = Known.of(tensor);
      constants.put(node, known);
    }
    return known;
  }

  /** The value of a variable by its node's name. */
  Val variable(String name) {
    GraphNode node = handles.getOrDefault(name, file.nodes().get(name));
    Known value = node == null ? null : surroundings.variable(node);
    if (value == null) {
      throw new NotUnderstood(
          "variable '" + name + "' has no value: " + surroundings.adviceOnVariables());
    }
    return value;
  }

  /** The scalar that the caller gives for a placeholder, or null. */
  Known scalar(String placeholder) {
    Double number = surroundings.scalar(placeholder);
    return number == null ? null : Known.number(number);
  }

  /** What a placeholder is that no input stands for. */
  Val placeholder(GraphNode node) {
    Known given = scalar(node.name());
    if (given != null) {
      int type = node.attribute("dtype") == null ? 1 : node.attribute("dtype").type();
      return given.as(
          org.rnn4j.formats.tensorflow.TensorFlowType.of(type)
              .orElse(org.rnn4j.formats.tensorflow.TensorFlowType.DT_FLOAT));
    }
    return new Val.Free(node.name(), 1, 0);
  }

  /** Runs what some tensors of a frame depend on. */
  List<Val> run(Frame frame, List<String> tensors) {
    Deque<String> open = new ArrayDeque<>();
    Set<String> begun = new HashSet<>();
    for (String t : tensors) {
      push(frame, t, open);
    }
    while (!open.isEmpty()) {
      String name = open.peek();
      if (frame.result(name) != null) {
        open.pop();
        continue;
      }
      GraphNode node = frame.node(name);
      if (node == null) {
        throw new ModelFormatException(
            file.name() + ": expected a node '" + name + "', found none");
      }
      int before = open.size();
      for (String input : control.needs(frame, node)) {
        push(frame, input, open);
      }
      if (open.size() == before) {
        open.pop();
        frame.put(name, outputs(frame, node));
      } else if (!begun.add(name)) {
        throw new ModelFormatException(
            file.name() + ": expected a graph without cycles but loops, found one at " + node);
      }
    }
    return tensors.stream().map(t -> value(frame, t)).toList();
  }

  /** Puts the node of a tensor on the stack if it has not been run. */
  private void push(Frame frame, String tensor, Deque<String> open) {
    String name = LoopFrames.nodeOf(tensor);
    boolean argument = frame.arguments() != null && frame.arguments().containsKey(name);
    if (!argument && frame.result(name) == null && feed(frame, tensor) == null) {
      open.push(name);
    }
  }

  private Val feed(Frame frame, String tensor) {
    if (fed.isEmpty() || frame.arguments() != null) {
      return null;
    }
    return fed.get(tensor.indexOf(':') < 0 ? tensor + ":0" : tensor);
  }

  /** A tensor whose node has been run. */
  Val value(Frame frame, String tensor) {
    Val given = feed(frame, tensor);
    if (given != null) {
      return given;
    }
    if (frame.arguments() != null && frame.arguments().containsKey(tensor)) {
      return frame.arguments().get(tensor);
    }
    String name = LoopFrames.nodeOf(tensor);
    int index = TensorNames.index(frame, tensor);
    List<Val> all = frame.result(name);
    if (index >= all.size()) {
      return all.size() == 1 && all.get(0) instanceof Val.Bad
          ? all.get(0)
          : Val.Bad.of(List.of(), "node '" + name + "' has no output " + index);
    }
    return all.get(index);
  }

  private List<Val> outputs(Frame frame, GraphNode node) {
    control.count(node);
    values.from(node.name());
    List<Val> special = control.outputs(frame, node);
    if (special != null) {
      return special;
    }
    List<Val> inputs = node.dataInputs().stream().map(i -> value(frame, i)).toList();
    return apply(node, inputs);
  }

  /** The outputs of an operation. */
  List<Val> apply(GraphNode node, List<Val> inputs) {
    Call.Rule rule = RULES.get(node.op());
    boolean random = node.op().contains("Random");
    if (rule == null) {
      return List.of(
          Val.Bad.of(inputs, node + ": the operation " + node.op() + " is not supported"));
    }
    if (!random && inputs.stream().anyMatch(Val.Bad.class::isInstance)) {
      return List.of(Val.Bad.of(inputs, null));
    }
    if (inputs.stream().anyMatch(Val.Dead.class::isInstance)) {
      return List.of(new Val.Dead());
    }
    if (node.op().equals("VarHandleOp")) {
      handles.put(node.name(), node);
    }
    try {
      return rule.apply(new Call(this, node, inputs));
    } catch (NotUnderstood e) {
      return List.of(bad(node, e.getMessage()));
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      return List.of(bad(node, e.getMessage()));
    } catch (UnsupportedModelException e) {
      return List.of(Val.Bad.of(List.of(), e.getMessage()));
    }
  }

  private static Val bad(GraphNode node, String reason) {
    return Val.Bad.of(List.of(), node + " is not supported: " + reason);
  }
}
