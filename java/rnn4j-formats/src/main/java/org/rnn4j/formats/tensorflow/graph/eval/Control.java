package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFunction;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/** Calls, loops and conditionals: nodes that run other nodes. Not thread-safe. */
final class Control {
  private static final int MAX_DEPTH = 64;

  /** Nodes run in all, functions that are called twice counted twice. */
  private static final int MAX_RUN = 2_000_000;

  private static final Set<String> CALLS =
      Set.of("PartitionedCall", "StatefulPartitionedCall", "RemoteCall", "XlaLaunch");

  private final Interpreter interpreter;
  private final GraphFile file;
  private int depth;
  private int run;

  Control(Interpreter interpreter, GraphFile file) {
    this.interpreter = interpreter;
    this.file = file;
  }

  /** Counts the nodes that are run. */
  void count(GraphNode node) {
    if (++run > MAX_RUN) {
      throw new UnsupportedModelException(
          file.name(),
          node + ": graphs that run more than " + MAX_RUN + " nodes are not supported");
    }
  }

  /** The tensors that must be run before a node. */
  List<String> needs(Frame frame, GraphNode node) {
    if (LoopFrames.isEnter(node)) {
      return frame.outer() == null ? node.dataInputs() : List.of();
    }
    if (isExit(node)) {
      LoopFrames.Loop loop = loopOf(frame, node);
      return loop == null ? List.of() : loop.entered();
    }
    if (isBodySwitch(frame, node)) {
      return node.dataInputs().subList(0, 1);
    }
    return node.dataInputs();
  }

  /** Null where the file has no whole loop around the node. */
  private static LoopFrames.Loop loopOf(Frame frame, GraphNode exit) {
    try {
      return frame.loopFrames().loopOf(exit);
    } catch (NotUnderstood e) {
      return null;
    }
  }

  private static boolean isExit(GraphNode node) {
    return node.op().equals("Exit") || node.op().equals("RefExit");
  }

  /** In the body of a loop, the Switch of a variable: the body has it whatever the condition. */
  private static boolean isBodySwitch(Frame frame, GraphNode node) {
    if (!isSwitch(node) || node.dataInputs().size() != 2) {
      return false;
    }
    GraphNode decides = frame.node(LoopFrames.nodeOf(node.dataInputs().get(1)));
    return decides != null && decides.op().equals("LoopCond");
  }

  private static boolean isSwitch(GraphNode node) {
    return node.op().equals("Switch") || node.op().equals("RefSwitch");
  }

  /** The outputs of a node that runs others; null for all others. */
  List<Val> outputs(Frame frame, GraphNode node) {
    try {
      if (LoopFrames.isEnter(node)) {
        return List.of(entered(frame, node));
      }
      if (isExit(node)) {
        return List.of(exit(frame, node));
      }
      if (isSwitch(node)) {
        return switched(frame, node);
      }
      if (LoopFrames.isMerge(node)) {
        return merged(frame, node);
      }
      if (CALLS.contains(node.op())) {
        return call(frame, node, node.attribute("f") == null ? "" : node.attribute("f").function());
      }
      if (node.op().equals("While") || node.op().equals("StatelessWhile")) {
        return functionalLoop(frame, node);
      }
      if (node.op().equals("If") || node.op().equals("StatelessIf")) {
        return conditional(frame, node);
      }
      return file.function(node.op()) == null ? null : call(frame, node, node.op());
    } catch (NotUnderstood e) {
      return List.of(Val.Bad.of(List.of(), node + " is not supported: " + e.getMessage()));
    }
  }

  private List<Val> inputs(Frame frame, GraphNode node) {
    return node.dataInputs().stream().map(i -> interpreter.value(frame, i)).toList();
  }

  private static String input(GraphNode node, int k) {
    if (k >= node.dataInputs().size()) {
      throw new NotUnderstood("it has " + node.dataInputs().size() + " inputs, too few");
    }
    return node.dataInputs().get(k);
  }

  private Val entered(Frame frame, GraphNode enter) {
    if (frame.outer() == null) {
      throw new NotUnderstood("the loop that it begins has no end");
    }
    return interpreter.run(frame.outer(), List.of(input(enter, 0))).get(0);
  }

  private Val exit(Frame frame, GraphNode exit) {
    LoopFrames.Loop loop = frame.loopFrames().loopOf(exit);
    List<Val> results = frame.loopResult(loop.name());
    if (results == null) {
      results = deeper(exit, () -> run(frame, loop));
      frame.putLoop(loop.name(), results);
    }
    return results.get(frame.loopFrames().variableOf(exit));
  }

  private List<Val> run(Frame frame, LoopFrames.Loop loop) {
    List<Val> initial =
        loop.variables().stream().map(v -> interpreter.value(frame, v.enter())).toList();
    List<String> next = loop.variables().stream().map(LoopFrames.Variable::next).toList();
    return LoopRule.run(
        interpreter,
        new Loop(
            shortName(loop.name()),
            initial,
            vars -> interpreter.run(body(frame, loop, vars), next),
            vars -> interpreter.run(body(frame, loop, vars), List.of(loop.condition())).get(0)));
  }

  private static String shortName(String frame) {
    return frame.endsWith("/while_context")
        ? frame.substring(0, frame.length() - "/while_context".length())
        : frame;
  }

  private static Frame body(Frame frame, LoopFrames.Loop loop, List<Val> vars) {
    Map<String, Val> merges = new HashMap<>();
    for (int k = 0; k < vars.size(); k++) {
      merges.put(loop.variables().get(k).merge(), vars.get(k));
    }
    return frame.bodyOf(merges);
  }

  /** Both sides of a conditional; the one that a constant condition excludes is dead. */
  private List<Val> switched(Frame frame, GraphNode node) {
    Val data = interpreter.value(frame, input(node, 0));
    if (isBodySwitch(frame, node)) {
      return List.of(data, data);
    }
    Val condition = interpreter.value(frame, input(node, 1));
    if (condition instanceof Known k && k.size() == 1) {
      boolean taken = k.number() != 0;
      return List.of(taken ? new Val.Dead() : data, taken ? data : new Val.Dead());
    }
    if (condition instanceof Val.Bad b) {
      return List.of(b, b);
    }
    if (condition instanceof Val.Free f) {
      Val bad =
          Val.Bad.of(
              List.of(),
              node + ": placeholder '" + f.placeholder() + "' has no value; give it in scalars");
      return List.of(bad, bad);
    }
    return List.of(data, data);
  }

  private List<Val> merged(Frame frame, GraphNode node) {
    List<Val> all = inputs(frame, node);
    List<Val> alive = all.stream().filter(v -> !(v instanceof Val.Dead)).toList();
    if (alive.isEmpty()) {
      return List.of(new Val.Dead(), new Val.Dead());
    }
    if (alive.size() == 1) {
      return List.of(alive.get(0), Known.integer(all.indexOf(alive.get(0))));
    }
    if (alive.stream().anyMatch(Val.Bad.class::isInstance)) {
      return List.of(Val.Bad.of(alive, null));
    }
    Branches branches = new Branches(frame);
    Branches.Decision decision = branches.decisionOf(node);
    Val condition = interpreter.value(frame, decision.condition());
    Val ifTrue = all.get(decision.whenTrue());
    Val ifFalse = all.get(1 - decision.whenTrue());
    Call call = new Call(interpreter, node, all);
    return List.of(Logic.select(call, condition, ifTrue, ifFalse), Known.integer(0));
  }

  private interface Step {
    List<Val> run();
  }

  private List<Val> deeper(GraphNode node, Step step) {
    if (depth == MAX_DEPTH) {
      throw new UnsupportedModelException(
          file.name(),
          node
              + ": calls and loops nested more than "
              + MAX_DEPTH
              + " deep are not"
              + " supported");
    }
    depth++;
    try {
      return step.run();
    } finally {
      depth--;
    }
  }

  private List<Val> call(Frame frame, GraphNode node, String function) {
    List<Val> arguments = inputs(frame, node);
    if (arguments.stream().anyMatch(Val.Dead.class::isInstance)) {
      return List.of(new Val.Dead());
    }
    return deeper(node, () -> call(function, arguments));
  }

  private List<Val> call(String name, List<Val> arguments) {
    GraphFunction f = file.function(name);
    if (f == null) {
      throw new NotUnderstood("the file has no function '" + name + "'");
    }
    if (f.arguments().size() != arguments.size()) {
      throw new NotUnderstood(
          "function '"
              + name
              + "' takes "
              + f.arguments().size()
              + " arguments, it gets "
              + arguments.size());
    }
    Frame inner = Frame.of(f, arguments);
    List<String> results = new ArrayList<>();
    for (String r : f.results()) {
      String tensor = f.returned().get(r);
      if (tensor == null) {
        throw new NotUnderstood(
            "function '" + name + "' does not say what its result " + r + " is");
      }
      results.add(tensor);
    }
    return interpreter.run(inner, results);
  }

  private List<Val> functionalLoop(Frame frame, GraphNode node) {
    String body = node.attribute("body") == null ? "" : node.attribute("body").function();
    String test = node.attribute("cond") == null ? "" : node.attribute("cond").function();
    List<Val> initial = inputs(frame, node);
    return deeper(
        node,
        () ->
            LoopRule.run(
                interpreter,
                new Loop(
                    node.name(),
                    initial,
                    vars -> call(body, vars, initial.size()),
                    vars -> call(test, vars, 1).get(0))));
  }

  /** A function of a loop, which must give that many values. */
  private List<Val> call(String name, List<Val> arguments, int results) {
    List<Val> all = call(name, arguments);
    if (all.size() != results) {
      throw new NotUnderstood(
          "function '" + name + "' gives " + all.size() + " values, the loop takes " + results);
    }
    return all;
  }

  private List<Val> conditional(Frame frame, GraphNode node) {
    List<Val> all = inputs(frame, node);
    if (all.isEmpty() || !(all.get(0) instanceof Known k)) {
      throw new NotUnderstood("its condition depends on the inputs");
    }
    String branch = k.number() != 0 ? "then_branch" : "else_branch";
    String f = node.attribute(branch) == null ? "" : node.attribute(branch).function();
    List<Val> arguments = all.subList(1, all.size());
    return deeper(node, () -> call(f, arguments));
  }
}
