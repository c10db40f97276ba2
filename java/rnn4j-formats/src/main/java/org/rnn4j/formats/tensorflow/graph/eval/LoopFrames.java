package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/** The while loops of a graph that are written as Enter, Merge, Switch, NextIteration and Exit. */
final class LoopFrames {
  /**
   * What a loop carries from step to step.
   *
   * @param enter the tensor it begins with
   * @param merge the node that is it within the loop
   * @param next the tensor it becomes after a step
   */
  record Variable(String enter, String merge, String next) {}

  /**
   * A loop.
   *
   * @param name of its frame
   * @param variables in the order of the file
   * @param condition the tensor that decides whether there is another step; null if there is none
   * @param entered all tensors that come in from outside
   */
  record Loop(String name, List<Variable> variables, String condition, List<String> entered) {}

  private final Map<String, GraphNode> nodes;
  private final Map<String, Loop> loops = new HashMap<>();
  private final Map<String, String> frameOfMerge = new HashMap<>();

  LoopFrames(Map<String, GraphNode> nodes) {
    this.nodes = nodes;
    Map<String, List<Variable>> variables = new LinkedHashMap<>();
    Map<String, List<String>> entered = new HashMap<>();
    for (GraphNode n : nodes.values()) {
      if (isEnter(n) && !n.dataInputs().isEmpty()) {
        entered.computeIfAbsent(frame(n), f -> new ArrayList<>()).add(n.dataInputs().get(0));
      } else if (isMerge(n)) {
        variable(n, variables);
      }
    }
    for (GraphNode n : nodes.values()) {
      if (isMerge(n) && frameOfMerge.containsKey(n.name())) {
        String frame = frameOfMerge.get(n.name());
        loops.computeIfAbsent(
            frame, f -> new Loop(f, variables.get(f), null, entered.getOrDefault(f, List.of())));
      }
    }
    nodes.values().stream().filter(n -> n.op().contains("Switch")).forEach(this::condition);
  }

  private void variable(GraphNode merge, Map<String, List<Variable>> variables) {
    GraphNode enter = null;
    GraphNode next = null;
    for (String input : merge.dataInputs()) {
      GraphNode n = nodes.get(nodeOf(input));
      if (n != null && isEnter(n)) {
        enter = n;
      } else if (n != null && n.op().endsWith("NextIteration")) {
        next = n;
      }
    }
    if (enter == null
        || next == null
        || enter.dataInputs().isEmpty()
        || next.dataInputs().isEmpty()) {
      return;
    }
    frameOfMerge.put(merge.name(), frame(enter));
    variables
        .computeIfAbsent(frame(enter), f -> new ArrayList<>())
        .add(new Variable(enter.dataInputs().get(0), merge.name(), next.dataInputs().get(0)));
  }

  private void condition(GraphNode switching) {
    if (switching.dataInputs().size() != 2) {
      return;
    }
    String frame = frameOfMerge.get(nodeOf(switching.dataInputs().get(0)));
    GraphNode decides = nodes.get(nodeOf(switching.dataInputs().get(1)));
    Loop loop = frame == null ? null : loops.get(frame);
    if (loop == null
        || loop.condition() != null
        || decides == null
        || !decides.op().equals("LoopCond")
        || decides.dataInputs().isEmpty()) {
      return;
    }
    loops.put(
        frame, new Loop(frame, loop.variables(), decides.dataInputs().get(0), loop.entered()));
  }

  /** The loop that an Exit node ends. */
  Loop loopOf(GraphNode exit) {
    Loop loop = loops.get(frameOfMerge.getOrDefault(mergeOf(exit), ""));
    if (loop == null || loop.condition() == null) {
      throw new NotUnderstood("ends no while loop that is whole");
    }
    return loop;
  }

  /** Which of the loop's variables an Exit node gives. */
  int variableOf(GraphNode exit) {
    List<Variable> all = loopOf(exit).variables();
    for (int k = 0; k < all.size(); k++) {
      if (all.get(k).merge().equals(mergeOf(exit))) {
        return k;
      }
    }
    throw new NotUnderstood("ends no while loop that is whole");
  }

  private String mergeOf(GraphNode exit) {
    GraphNode switching =
        exit.dataInputs().isEmpty() ? null : nodes.get(nodeOf(exit.dataInputs().get(0)));
    return switching == null || switching.dataInputs().isEmpty()
        ? ""
        : nodeOf(switching.dataInputs().get(0));
  }

  private static String frame(GraphNode enter) {
    return enter.string("frame_name", "");
  }

  static boolean isEnter(GraphNode n) {
    return n.op().equals("Enter") || n.op().equals("RefEnter");
  }

  static boolean isMerge(GraphNode n) {
    return n.op().equals("Merge") || n.op().equals("RefMerge");
  }

  static String nodeOf(String tensor) {
    int colon = tensor.indexOf(':');
    return colon < 0 ? tensor : tensor.substring(0, colon);
  }
}
