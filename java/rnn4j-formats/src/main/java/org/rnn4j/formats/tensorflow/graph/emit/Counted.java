package org.rnn4j.formats.tensorflow.graph.emit;

import java.util.HashMap;
import java.util.Map;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;

/**
 * Where in a model the rows' lengths are known when it runs: at inputs with steps, and behind the
 * layers that hand them on. Not thread-safe.
 */
final class Counted {
  /** With the number of axes there. */
  private final Map<Port, Integer> known = new HashMap<>();

  /** An input whose steps the lengths are about. */
  void input(ModelInput input) {
    if (input.hasSteps()) {
      known.put(Port.of(input.name()), input.shape().length);
    }
  }

  /**
   * A layer.
   *
   * @param rank the number of axes of what it gives, without batch
   */
  void node(String name, Layer layer, int rank, Port... from) {
    if (from.length > 0 && handsOn(layer, rank, from)) {
      known.put(Port.of(name), rank);
    }
  }

  private boolean handsOn(Layer layer, int rank, Port... from) {
    if (layer instanceof Layer.Merge || layer instanceof Layer.Concat) {
      boolean any = false;
      for (Port p : from) {
        any |= known.getOrDefault(p, 0) == rank;
      }
      return any && rank > 1;
    }
    boolean steps =
        layer instanceof Recurrent
            || layer instanceof Reshaping.ReverseTime
            || layer instanceof Layer.Embedding
            || layer instanceof Layer.OneHot
            || layer instanceof Layer.Activate
            || layer instanceof Layer.Softmax
            || layer instanceof PerChannel
            || (layer instanceof Layer.Dense && rank > 1)
            || ((layer instanceof Reshaping.Permute || layer instanceof Reshaping.Slice)
                && layer.isStepwise());
    return steps && known.containsKey(from[0]);
  }

  /** True if the lengths are known there. */
  boolean at(Port port) {
    return known.containsKey(port);
  }
}
