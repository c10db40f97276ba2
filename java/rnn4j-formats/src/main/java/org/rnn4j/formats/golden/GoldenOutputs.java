package org.rnn4j.formats.golden;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/**
 * Values inside a model that golden folders record beside its own outputs: they become outputs too.
 * Stateless.
 */
final class GoldenOutputs {
  /** Such a value; its output has the name of {@link #outputName}. */
  enum Inner {
    /** Outputs of the last recurrent layer. */
    RNN_OUTPUTS,
    /** The same at each row's last valid step. */
    LAST,
    /** What the head's last activation gets. */
    LOGITS;

    String outputName() {
      return "golden/" + name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private GoldenOutputs() {}

  /** What the cases of a folder record. */
  static Set<Inner> wanted(List<GoldenCase> cases) {
    Set<Inner> wanted = EnumSet.noneOf(Inner.class);
    for (GoldenCase c : cases) {
      GoldenCase.Expected e = c.expected();
      if (e.rnnOutputs() != null) {
        wanted.add(Inner.RNN_OUTPUTS);
      }
      if (e.last() != null) {
        wanted.add(Inner.LAST);
      }
      if (e.logits() != null || e.greedy() != null) {
        wanted.add(Inner.LOGITS);
      }
    }
    return wanted;
  }

  /**
   * The model with these values as further outputs.
   *
   * @throws IllegalArgumentException if it has no recurrent layer, and one is needed
   */
  static RnnModel extend(RnnModel model, Set<Inner> wanted) {
    if (wanted.isEmpty()) {
      return model;
    }
    RnnModel.Builder builder = model.toBuilder();
    Port result = main(model).source();
    if (wanted.contains(Inner.LOGITS)) {
      builder.output(Inner.LOGITS.outputName(), beforeActivation(model, result));
    }
    if (wanted.contains(Inner.RNN_OUTPUTS) || wanted.contains(Inner.LAST)) {
      Port rnn = recurrentOutput(model, result, builder);
      if (wanted.contains(Inner.RNN_OUTPUTS)) {
        builder.output(Inner.RNN_OUTPUTS.outputName(), rnn);
      }
      if (wanted.contains(Inner.LAST)) {
        builder.output(Inner.LAST.outputName(), lastStep(builder.build(), rnn, builder));
      }
    }
    return builder.build();
  }

  /** The output that {@code expected.outputs} means. */
  static ModelOutput main(RnnModel model) {
    return model.outputs().stream()
        .filter(out -> out.name().equals("outputs"))
        .findFirst()
        .orElse(model.outputs().get(0));
  }

  private static Port beforeActivation(RnnModel model, Port result) {
    Node node = model.node(result.node());
    boolean activation =
        node != null
            && (node.layer() instanceof Layer.Activate || node.layer() instanceof Layer.Softmax);
    return activation ? node.input(0) : result;
  }

  /**
   * From the result back over layers of one input to a recurrent layer, or to the joint of a
   * forward and a backward stack; if neither is met, the model's last recurrent layer.
   */
  private static Port recurrentOutput(RnnModel model, Port result, RnnModel.Builder builder) {
    Node node = model.node(result.node());
    while (node != null && !(node.layer() instanceof Recurrent) && node.inputs().size() == 1) {
      node = model.node(node.input(0).node());
    }
    if (node != null && node.layer() instanceof Layer.Concat) {
      Set<String> stacks = new LinkedHashSet<>();
      for (Port p : node.inputs()) {
        Node source = model.node(p.node());
        if (source == null || !(source.layer() instanceof Recurrent)) {
          return ofLast(model);
        }
        stacks.add(source.name());
      }
      return joined(new ArrayList<>(stacks), builder);
    }
    return node != null && node.layer() instanceof Recurrent ? Port.of(node.name()) : ofLast(model);
  }

  private static Port ofLast(RnnModel model) {
    Node last = model.lastRecurrent();
    if (last == null) {
      throw new IllegalArgumentException(
          "model '" + model.name() + "' has no recurrent layer whose outputs could be compared");
    }
    return Port.of(last.name());
  }

  private static Port joined(List<String> stacks, RnnModel.Builder builder) {
    if (stacks.size() == 1) {
      return Port.of(stacks.get(0));
    }
    String name = "golden/stacks";
    builder.node(name, new Layer.Concat(-1), stacks.stream().map(Port::of).toArray(Port[]::new));
    return Port.of(name);
  }

  private static Port lastStep(RnnModel model, Port rnn, RnnModel.Builder builder) {
    int[][] in = model.inputs().stream().map(i -> i.shape()).toArray(int[][]::new);
    if (model.shapes(in).get(rnn).length < 2) {
      return rnn;
    }
    String name = "golden/last_valid_step";
    builder.node(name, new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID), rnn);
    return Port.of(name);
  }
}
