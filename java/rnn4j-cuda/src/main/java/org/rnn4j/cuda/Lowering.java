package org.rnn4j.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.rnn4j.cuda.Program.Counts;
import org.rnn4j.cuda.Program.Op;
import org.rnn4j.cuda.Program.Parameters;
import org.rnn4j.cuda.Program.Value;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.plan.PlanStep;
import org.rnn4j.plan.RnnPlan;

/**
 * From a plan to a {@link Program}: every value gets a number, every node an op, and ids that a
 * layer reads as numbers are turned into floats first. Used for one plan by one thread.
 */
final class Lowering {
  private final RnnModel model;
  private final Map<Port, int[]> shapes;
  private final Set<Port> read = new HashSet<>();
  private final List<Value> values = new ArrayList<>();
  private final Map<Port, Integer> numbers = new HashMap<>();
  private final Map<Port, Integer> ids = new HashMap<>();
  private final List<Op> ops = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private Lowering(RnnModel model) {
    this.model = model;
    shapes = model.shapes(model.inputs().stream().map(ModelInput::shape).toArray(int[][]::new));
    model.nodes().forEach(n -> read.addAll(n.inputs()));
    model.outputs().forEach(out -> read.add(out.source()));
  }

  /**
   * The program of a plan.
   *
   * @throws UnsupportedModelException naming every value of too many axes
   */
  static Program of(RnnPlan plan) {
    Lowering lowering = new Lowering(plan.model());
    int[] inputs = lowering.inputs();
    int slot = 0;
    for (PlanStep step : plan.steps()) {
      lowering.add(step.node(), slot);
      slot += step.node().layer() instanceof Recurrent r ? r.directions() : 0;
    }
    int[] outputs =
        plan.model().outputs().stream().mapToInt(out -> lowering.number(out.source())).toArray();
    if (!lowering.refused.isEmpty()) {
      throw new UnsupportedModelException(
          "model '" + plan.model().name() + "' on backend " + CudaBackend.NAME, lowering.refused);
    }
    return new Program(plan.model(), lowering.values, inputs, outputs, lowering.ops);
  }

  private int[] inputs() {
    int[] inputs = new int[model.inputs().size()];
    for (int k = 0; k < inputs.length; k++) {
      ModelInput in = model.inputs().get(k);
      boolean isIds = in.kind() == ModelInput.Kind.IDS;
      Port port = Port.of(in.name());
      inputs[k] = value(port, isIds, in.hasSteps());
      (isIds ? ids : numbers).put(port, inputs[k]);
    }
    return inputs;
  }

  private int value(Port port, boolean isIds, boolean hasSteps) {
    int[] shape = shapes.get(port);
    if (shape.length > Program.MAX_RANK) {
      refused.add(
          "'"
              + port
              + "' has the axes "
              + Arrays.toString(shape)
              + " beside the batch; at most "
              + Program.MAX_RANK
              + " are supported"
              + CudaCapabilities.ELSEWHERE);
    }
    values.add(new Value(port, isIds, shape, hasSteps));
    return values.size() - 1;
  }

  /** The value as floats. */
  private int number(Port port) {
    Integer known = numbers.get(port);
    if (known != null) {
      return known;
    }
    int out = value(port, false, false);
    numbers.put(port, out);
    add(
        OpKind.NUMBERS,
        port.node(),
        new int[] {ids.get(port)},
        out,
        Parameters.ABSENT,
        inherit(port));
    return out;
  }

  /** The value as ids, or as the floats that another layer made of them. */
  private int ids(Node node) {
    Integer known = ids.get(node.input(0));
    return known == null ? number(node.input(0)) : known;
  }

  private void add(
      OpKind kind, String name, int[] in, int out, Parameters parameters, Counts counts) {
    ops.add(new Op(kind, name, in, new int[] {out}, parameters, counts));
  }

  /** As the input, where that has steps. */
  private Counts inherit(Port input) {
    return shapes.get(input).length == 0 ? Counts.ALL : Counts.AS_INPUT;
  }

  private void add(Node node, int slot) {
    if (node.layer() instanceof Recurrent r) {
      recurrent(node, r, slot);
      return;
    }
    Layer layer = inner(node.layer());
    int timeAxes = timeAxes(node.layer());
    if (layer instanceof Layer.Concat || layer instanceof Layer.Merge) {
      int[] in = node.inputs().stream().mapToInt(this::number).toArray();
      one(
          node,
          layer instanceof Layer.Concat ? OpKind.CONCAT : OpKind.MERGE,
          in,
          joining(node),
          Counts.OWN_RULE);
    } else if (layer instanceof Layer.Constant c) {
      one(node, OpKind.CONSTANT, new int[0], Parameters.constant(c.value()), Counts.ALL);
    } else if (layer instanceof Layer.Embedding e) {
      Counts counts = e.maskZero() ? Counts.OWN_RULE : inherit(node.input(0));
      Parameters table = Parameters.matrix(e.table(), null, e.maskZero());
      one(node, OpKind.EMBEDDING, new int[] {ids(node)}, table, counts);
    } else if (layer instanceof Layer.OneHot o) {
      Parameters depth = Parameters.rows(o.depth());
      one(node, OpKind.ONE_HOT, new int[] {ids(node)}, depth, inherit(node.input(0)));
    } else if (layer instanceof Reshaping r) {
      reshaping(node, r, timeAxes);
    } else {
      elementwise(node, layer);
    }
  }

  private void elementwise(Node node, Layer layer) {
    int[] in = {number(node.input(0))};
    Counts same = inherit(node.input(0));
    if (layer instanceof Layer.Dense d) {
      Counts counts = shapes.get(node.input(0)).length == 1 ? Counts.ALL : same;
      one(node, OpKind.DENSE, in, Parameters.matrix(d.kernel(), d.bias(), false), counts);
    } else if (layer instanceof Layer.Activate a) {
      one(node, OpKind.ACTIVATE, in, Parameters.of(a.function()), same);
    } else if (layer instanceof Layer.Softmax s) {
      one(node, OpKind.SOFTMAX, in, Parameters.choice(0, s.log()), same);
    } else if (layer instanceof Layer.Masking m) {
      one(node, OpKind.MASKING, in, Parameters.number(m.value()), Counts.OWN_RULE);
    } else if (layer instanceof Layer.SelectStep s) {
      one(
          node,
          OpKind.SELECT_STEP,
          in,
          Parameters.choice(AbiNumbers.of(s.which()), false),
          Counts.ALL);
    } else {
      throw new IllegalStateException(
          "no op for layer '" + node.name() + "' (" + layer.typeName() + "), which was accepted");
    }
  }

  private void reshaping(Node node, Reshaping layer, int timeAxes) {
    int[] in = {number(node.input(0))};
    Counts outer = timeAxes > 0 ? Counts.AS_INPUT : Counts.ALL;
    if (layer instanceof Reshaping.Permute p) {
      int[] order =
          IntStream.concat(
                  IntStream.range(0, timeAxes), Arrays.stream(p.order()).map(a -> a + timeAxes))
              .toArray();
      boolean keepsSteps = timeAxes > 0 || p.isStepwise();
      Counts counts = keepsSteps ? inherit(node.input(0)) : Counts.ALL;
      one(node, OpKind.PERMUTE, in, Parameters.axes(order), counts);
    } else if (layer instanceof Reshaping.RepeatVector) {
      one(node, OpKind.REPEAT, in, Parameters.ABSENT, Counts.ALL);
    } else {
      one(node, OpKind.COPY, in, Parameters.ABSENT, outer);
    }
  }

  private Parameters joining(Node node) {
    if (node.layer() instanceof Layer.Concat c) {
      int rank = shapes.get(node.input(0)).length;
      int axis = c.axis() < 0 ? rank + c.axis() : c.axis();
      return Parameters.choice(axis, c.counts() == Layer.Counts.IN_ANY);
    }
    Layer.Merge m = (Layer.Merge) node.layer();
    return Parameters.choice(AbiNumbers.of(m.how()), m.counts() == Layer.Counts.IN_ANY);
  }

  private void one(Node node, OpKind kind, int[] in, Parameters parameters, Counts counts) {
    Port port = Port.of(node.name());
    int out = value(port, false, false);
    numbers.put(port, out);
    add(kind, node.name(), in, out, parameters, counts);
  }

  private void recurrent(Node node, Recurrent layer, int slot) {
    int[] in = new int[6];
    int[] out = new int[6];
    for (int k = 0; k < in.length; k++) {
      in[k] = node.input(k) == null ? Program.NONE : number(node.input(k));
      Port port = new Port(node.name(), k);
      boolean wanted = shapes.get(port) != null && read.contains(port);
      out[k] = wanted ? value(port, false, false) : Program.NONE;
      if (wanted) {
        numbers.put(port, out[k]);
      }
    }
    ops.add(
        new Op(
            OpKind.RECURRENT,
            node.name(),
            in,
            out,
            Parameters.of(layer, slot),
            layer.returnSequences() ? Counts.OWN_RULE : Counts.ALL));
  }

  /** The layer that works inside of time axes. */
  private static Layer inner(Layer layer) {
    return layer instanceof TimeDistributed t ? inner(t.inner()) : layer;
  }

  private static int timeAxes(Layer layer) {
    return layer instanceof TimeDistributed t ? 1 + timeAxes(t.inner()) : 0;
  }

  /** True for layers that run inside of time axes as they run without. */
  static boolean actsOnSteps(Layer layer) {
    return layer instanceof Layer.Embedding
        || layer instanceof Layer.OneHot
        || layer instanceof Layer.Dense
        || layer instanceof Layer.Activate
        || layer instanceof Layer.Softmax
        || layer instanceof Reshaping.Flatten
        || layer instanceof Reshaping.Reshape
        || layer instanceof Reshaping.Permute;
  }
}
