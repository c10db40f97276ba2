package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFunction;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;

/**
 * The tensors of one graph, one call of a function, or one pass through the body of a loop. Not
 * thread-safe.
 */
final class Frame {
  private final Map<String, GraphNode> nodes;
  private final Map<String, Val> arguments;
  private final Frame outer;
  private final Map<String, List<Val>> done = new HashMap<>();
  private final Map<String, List<Val>> loops = new HashMap<>();
  private LoopFrames loopFrames;

  private Frame(Map<String, GraphNode> nodes, Map<String, Val> arguments, Frame outer) {
    this.nodes = nodes;
    this.arguments = arguments;
    this.outer = outer;
  }

  /** The frame of a graph. */
  static Frame of(Map<String, GraphNode> nodes) {
    return new Frame(nodes, null, null);
  }

  /** The frame of a call. */
  static Frame of(GraphFunction function, List<Val> arguments) {
    Map<String, Val> byName = new HashMap<>();
    for (int k = 0; k < function.arguments().size(); k++) {
      byName.put(function.arguments().get(k), arguments.get(k));
    }
    return new Frame(function.nodes(), byName, null);
  }

  /** A pass through a loop's body: nodes are those around it, Merge nodes are bound. */
  Frame bodyOf(Map<String, Val> merges) {
    Frame body = new Frame(nodes, arguments, this);
    merges.forEach((name, val) -> body.done.put(name, List.of(val, new Val.Dead())));
    return body;
  }

  /** The node of that name, or null. */
  GraphNode node(String name) {
    return nodes.get(name);
  }

  /** Around a loop's body: where its Enter nodes get their values; else null. */
  Frame outer() {
    return outer;
  }

  /** Arguments by name, or null outside of functions. */
  Map<String, Val> arguments() {
    return arguments;
  }

  /** What a node gives, or null if it was not run. */
  List<Val> result(String name) {
    return done.get(name);
  }

  /** Notes what a node gives. */
  void put(String name, List<Val> result) {
    done.put(name, result);
  }

  /** What the variables of a loop are after it, or null if it was not run. */
  List<Val> loopResult(String loop) {
    return loops.get(loop);
  }

  /** Notes what the variables of a loop are after it. */
  void putLoop(String loop, List<Val> result) {
    loops.put(loop, result);
  }

  /** The loops made of Enter, Merge, Switch, NextIteration and Exit nodes. */
  LoopFrames loopFrames() {
    if (loopFrames == null) {
      loopFrames = outer == null ? new LoopFrames(nodes) : outer.loopFrames();
    }
    return loopFrames;
  }
}
