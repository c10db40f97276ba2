package org.rnn4j.plan;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;

/** Decides how a model runs on a backend. Stateless. */
public final class Planner {
  private Planner() {}

  /**
   * The plan of a model.
   *
   * @throws UnsupportedModelException listing every layer the backend cannot run
   */
  public static RnnPlan plan(RnnModel model, Capabilities capabilities) {
    List<PlanStep> steps = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Node node : model.nodes()) {
      Support support = capabilities.supports(node);
      if (support.isSupported()) {
        steps.add(
            new PlanStep(
                node,
                support.implementation(),
                support.reason(),
                support.packedBytes(),
                flops(node.layer())));
      } else {
        refused.add(
            "layer '"
                + node.name()
                + "' ("
                + node.layer().typeName()
                + ") on backend "
                + capabilities.backend()
                + ": "
                + support.reason());
      }
    }
    if (!refused.isEmpty()) {
      throw new UnsupportedModelException("model '" + model.name() + "'", refused);
    }
    return new RnnPlan(model, capabilities.backend(), capabilities.choice(), steps);
  }

  private static long flops(Layer layer) {
    if (layer instanceof Recurrent r) {
      long n = flops(r.cell());
      return r.backwardCell() == null ? n : n + flops(r.backwardCell());
    }
    if (layer instanceof TimeDistributed t) {
      return flops(t.inner());
    } else if (layer instanceof Windowed.Conv1D c) {
      return 2 * c.kernel().size();
    }
    return layer instanceof Layer.Dense d ? 2 * d.kernel().size() : 0;
  }

  /** Products only: 2 G H (I + P), plus 2 H P for a projection. */
  private static long flops(Cell cell) {
    long n = 2L * cell.gates() * cell.units() * (cell.inputSize() + cell.outputSize());
    return cell instanceof LstmCell l && l.projection() != null ? n + 2 * l.projection().size() : n;
  }
}
