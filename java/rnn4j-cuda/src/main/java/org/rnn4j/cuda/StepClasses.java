package org.rnn4j.cuda;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.TimeDistributed;

/**
 * Values by which of their steps count, as far as the model tells before a run. All values of one
 * class have the same lengths and mask in every run; a class of its own says nothing but that a
 * layer on the CPU will tell. Immutable.
 */
final class StepClasses {
  /** All steps count. */
  static final int ALL = 0;

  /** The run's lengths or mask. */
  static final int RUN = 1;

  private final Map<Port, int[]> shapes;
  private final Map<Port, Integer> classes = new HashMap<>();
  private int count = 2;

  StepClasses(RnnModel model, Map<Port, int[]> shapes) {
    this.shapes = shapes;
    for (ModelInput in : model.inputs()) {
      classes.put(Port.of(in.name()), in.hasSteps() ? RUN : ALL);
    }
    for (Node node : model.nodes()) {
      for (int k = 0; k < node.layer().outputCount(); k++) {
        classes.put(new Port(node.name(), k), output(node, k));
      }
    }
  }

  int of(Port port) {
    return classes.get(port);
  }

  /** How many classes there are. */
  int count() {
    return count;
  }

  /** True if the node's outputs have a class that none of its inputs has. */
  boolean makesOwn(Node node) {
    int own = of(Port.of(node.name()));
    return own > RUN && inputs(node).noneMatch(c -> c == own);
  }

  /** True if steps count otherwise in one of the node's inputs than in another. */
  boolean differ(Node node) {
    return inputs(node).filter(c -> c != ALL).distinct().count() > 1;
  }

  private IntStream inputs(Node node) {
    return node.inputs().stream().filter(p -> p != null).mapToInt(this::of);
  }

  private int own() {
    return count++;
  }

  private int output(Node node, int k) {
    Layer layer = node.layer();
    if (layer instanceof TimeDistributed) {
      return of(node.input(0));
    } else if (layer instanceof Recurrent r) {
      return recurrent(node, r, k);
    } else if (layer instanceof Layer.Masking
        || (layer instanceof Layer.Embedding e && e.maskZero())) {
      return own();
    } else if (layer instanceof Layer.Concat c) {
      return concat(node, c);
    } else if (layer instanceof Layer.Merge m) {
      return meeting(node, m.counts());
    } else if (layer instanceof Reshaping.ReverseTime) {
      return of(node.input(0)) == ALL ? ALL : own();
    }
    return goesOn(node, layer) ? of(node.input(0)) : ALL;
  }

  /** True for layers with one input whose steps stay what they are. */
  private boolean goesOn(Node node, Layer layer) {
    if (node.inputs().isEmpty()) {
      return false;
    }
    int rank = shapes.get(node.input(0)).length;
    if (layer instanceof Layer.Dense) {
      return rank > 1;
    } else if (layer instanceof Reshaping.Slice s) {
      return s.axis() > 0;
    }
    return layer instanceof Layer.Activate
        || layer instanceof Layer.Softmax
        || layer instanceof Layer.Embedding
        || layer instanceof Layer.OneHot
        || layer instanceof PerChannel
        || (layer instanceof Reshaping.Permute p && p.isStepwise());
  }

  private int recurrent(Node node, Recurrent layer, int k) {
    if (k > Recurrent.OUT_BACKWARD || !layer.returnSequences()) {
      return ALL;
    }
    Port backward = node.input(Recurrent.IN_X_BACKWARD);
    int first = of(node.input(Recurrent.IN_X));
    int second = backward == null ? first : of(backward);
    if (layer.directions() == 1) {
      return first;
    } else if (layer.merge() == Recurrent.Merge.NONE) {
      return k == Recurrent.OUT ? first : second;
    }
    return first == second || second == ALL ? first : first == ALL ? second : own();
  }

  private int concat(Node node, Layer.Concat layer) {
    int rank = shapes.get(node.input(0)).length;
    if ((layer.axis() < 0 ? rank + layer.axis() : layer.axis()) > 0) {
      return meeting(node, layer.counts());
    }
    return inputs(node).allMatch(c -> c == ALL) ? ALL : own();
  }

  /**
   * Where values are combined step by step. What is repeated along the steps has no say; where only
   * a run can tell whether it is, the class is one of its own.
   */
  private int meeting(Node node, Layer.Counts counts) {
    int[] y = shapes.get(Port.of(node.name()));
    boolean any = counts == Layer.Counts.IN_ANY;
    int[] in = new int[node.inputs().size()];
    for (int k = 0; k < in.length; k++) {
      int[] x = shapes.get(node.input(k));
      in[k] = x.length < y.length || x.length == 0 ? ALL : of(node.input(k));
      if (in[k] != ALL && x[0] != y[0]) {
        return own();
      }
    }
    int[] some = Arrays.stream(in).filter(c -> c != ALL).distinct().toArray();
    if (some.length == 0 || (any && Arrays.stream(in).anyMatch(c -> c == ALL))) {
      return ALL;
    }
    // Widened lengths and mask become one mask: not what they were, if there are both.
    return some.length == 1 && (!any || some[0] == RUN) ? some[0] : own();
  }
}
