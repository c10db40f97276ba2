package org.rnn4j.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a model gives the same in pieces as at once. A value is <em>timed</em> if its first axis
 * is that of the model's steps, and a <em>summary</em> if it has lost that axis on the way from
 * one: a final state, a selected step. A summary of a piece is not that of the whole, so it may
 * leave the model but not act on steps again. Used for one model by one thread.
 */
final class Streaming {
  private final Set<Port> timed = new HashSet<>();
  private final Set<Port> summaries = new HashSet<>();
  private final List<String> found = new ArrayList<>();

  private Streaming() {}

  static List<String> obstacles(RnnModel model) {
    Streaming s = new Streaming();
    for (ModelInput in : model.inputs()) {
      if (in.isSequence() || in.shape().length > 1) {
        s.timed.add(Port.of(in.name()));
      }
    }
    for (Node node : model.nodes()) {
      String why = s.obstacle(node);
      if (why != null) {
        s.found.add("layer '" + node.name() + "' (" + node.layer().typeName() + ") " + why);
      }
      s.follow(node);
    }
    return s.found;
  }

  private String obstacle(Node node) {
    boolean steps = node.inputs().stream().anyMatch(timed::contains);
    if (node.layer() instanceof Recurrent r) {
      if (r.directions() == 2 || r.readsBackwards(0)) {
        return "reads the sequence from its end";
      }
      if (!timed.contains(node.input(Recurrent.IN_X))) {
        return "reads a sequence whose steps are not those of the model's input";
      }
    } else if (steps && !node.layer().isStepwise()) {
      return "mixes time steps";
    }
    return steps && node.inputs().stream().anyMatch(summaries::contains)
        ? "uses what is known after the last step at the steps before it"
        : null;
  }

  private void follow(Node node) {
    boolean steps = node.inputs().stream().anyMatch(timed::contains);
    boolean depends = steps || node.inputs().stream().anyMatch(summaries::contains);
    for (int k = 0; depends && k < node.layer().outputCount(); k++) {
      boolean keepsSteps =
          node.layer() instanceof Recurrent r
              ? k <= Recurrent.OUT_BACKWARD
                  && r.returnSequences()
                  && timed.contains(node.input(Recurrent.IN_X))
              : steps && !(node.layer() instanceof Layer.SelectStep);
      (keepsSteps ? timed : summaries).add(new Port(node.name(), k));
    }
  }
}
