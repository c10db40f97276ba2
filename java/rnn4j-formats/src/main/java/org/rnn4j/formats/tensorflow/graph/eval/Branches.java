package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/** Finds out by which condition a Merge node outside of loops gets one of its inputs. */
final class Branches {
  private static final int MAX_VISITED = 100_000;

  /**
   * What decides.
   *
   * @param condition the tensor
   * @param whenTrue which input of the Merge is taken if it holds
   */
  record Decision(String condition, int whenTrue) {}

  private final Frame frame;

  Branches(Frame frame) {
    this.frame = frame;
  }

  /** The innermost condition whose sides the inputs of a Merge are. */
  Decision decisionOf(GraphNode merge) {
    List<String> inputs = merge.dataInputs();
    for (int k = 0; k < inputs.size() && inputs.size() == 2; k++) {
      Decision d = sideOf(inputs.get(k), k);
      if (d != null) {
        return d;
      }
    }
    throw new NotUnderstood("it merges, and its condition is not found");
  }

  /** From an input back to the first Switch: through data and control inputs. */
  private Decision sideOf(String tensor, int input) {
    Deque<String> open = new ArrayDeque<>(List.of(tensor));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty() && seen.size() < MAX_VISITED) {
      String t = open.poll();
      String name = LoopFrames.nodeOf(t.startsWith("^") ? t.substring(1) : t);
      GraphNode node = frame.node(name);
      if (node == null || !seen.add(t)) {
        continue;
      }
      if (node.op().equals("Switch") && node.dataInputs().size() == 2) {
        boolean sideTrue = TensorNames.index(frame, t) == 1;
        return new Decision(node.dataInputs().get(1), sideTrue ? input : 1 - input);
      }
      if (LoopFrames.isMerge(node)) {
        Decision inner = null;
        for (String i : node.dataInputs()) {
          inner = inner == null ? sideOf(i, input) : inner;
        }
        GraphNode pivot = inner == null ? null : frame.node(LoopFrames.nodeOf(inner.condition()));
        if (pivot != null) {
          open.addAll(pivot.inputs());
        }
        continue;
      }
      open.addAll(node.inputs());
    }
    return null;
  }
}
