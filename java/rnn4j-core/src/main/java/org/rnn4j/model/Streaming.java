package org.rnn4j.model;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a model gives the same in pieces as at once. A piece knows its own steps, and neither the
 * end of the whole sequence nor, after the first piece, its beginning: what depends on those may
 * leave the model but not act on steps again. Used for one model by one thread.
 */
final class Streaming {
  /** What a value that depends on time is. */
  private enum Kind {
    /** Its first axis is that of the model's steps. */
    STEPS,
    /** Known from the first step: a state may begin with it. */
    BEGINNING,
    /** Known only after the last step. */
    END
  }

  private final Map<Port, Kind> kinds = new HashMap<>();

  private Streaming() {}

  static List<String> obstacles(RnnModel model) {
    Streaming s = new Streaming();
    List<String> obstacles = new ArrayList<>();
    for (ModelInput in : model.inputs()) {
      if (in.hasSteps()) {
        s.kinds.put(Port.of(in.name()), Kind.STEPS);
      }
    }
    for (Node node : model.nodes()) {
      String why = s.obstacle(node);
      if (why != null) {
        obstacles.add("layer '" + node.name() + "' (" + node.layer().typeName() + ") " + why);
      }
      s.follow(node);
    }
    return obstacles;
  }

  private String obstacle(Node node) {
    Set<Kind> in = inputKinds(node);
    boolean mixes;
    if (node.layer() instanceof Recurrent r) {
      if (r.directions() == 2 || r.readsBackwards(0)) {
        return "reads the sequence from its end";
      }
      if (kinds.get(node.input(Recurrent.IN_X)) != Kind.STEPS) {
        return "reads a sequence whose steps are not those of the model's input";
      }
      mixes = in.contains(Kind.END);
    } else if (in.contains(Kind.STEPS) && !node.layer().isStepwise()) {
      return "mixes time steps";
    } else {
      mixes = in.contains(Kind.STEPS) && in.size() > 1;
    }
    return mixes ? "uses one step, or what comes after the last, at all steps" : null;
  }

  private Set<Kind> inputKinds(Node node) {
    Set<Kind> in = EnumSet.noneOf(Kind.class);
    for (Port p : node.inputs()) {
      if (kinds.containsKey(p)) {
        in.add(kinds.get(p));
      }
    }
    return in;
  }

  private void follow(Node node) {
    Set<Kind> in = inputKinds(node);
    if (in.isEmpty()) {
      return;
    }
    for (int k = 0; k < node.layer().outputCount(); k++) {
      kinds.put(new Port(node.name(), k), kind(node, k, in));
    }
  }

  private Kind kind(Node node, int output, Set<Kind> in) {
    if (node.layer() instanceof Recurrent r) {
      boolean sequence = output <= Recurrent.OUT_BACKWARD && r.returnSequences();
      return sequence && kinds.get(node.input(Recurrent.IN_X)) == Kind.STEPS
          ? Kind.STEPS
          : Kind.END;
    }
    if (in.contains(Kind.STEPS)) {
      return !(node.layer() instanceof Layer.SelectStep s)
          ? Kind.STEPS
          : s.which() == Layer.SelectStep.Step.FIRST ? Kind.BEGINNING : Kind.END;
    }
    return in.contains(Kind.END) ? Kind.END : Kind.BEGINNING;
  }
}
