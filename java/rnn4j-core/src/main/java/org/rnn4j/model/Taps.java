package org.rnn4j.model;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Models with more outputs: what lies inside, given out under a name. Stateless and thread-safe.
 */
public final class Taps {
  /** Name of the output that {@link #withLast(RnnModel)} adds. */
  public static final String LAST = "last";

  private Taps() {}

  /** The output that is the model's result: the one named "outputs", else the first. */
  public static ModelOutput result(RnnModel model) {
    return model.outputs().stream()
        .filter(out -> out.name().equals("outputs"))
        .findFirst()
        .orElse(model.outputs().get(0));
  }

  /** {@link #withLast(RnnModel, String)} under the name {@link #LAST}. */
  public static RnnModel withLast(RnnModel model) {
    return withLast(model, LAST);
  }

  /**
   * The last recurrent layer's output at each row's last valid step, {@code [B, P]}; 0 for a row
   * without steps. Where that layer returns one step only, that step.
   *
   * @param name of the new output; no other output or layer has it
   * @throws IllegalArgumentException if the model has no recurrent layer
   */
  public static RnnModel withLast(RnnModel model, String name) {
    RnnModel.Builder builder = model.toBuilder();
    Port port = recurrentOutput(model, name + "/stacks", builder);
    if (isSequence(builder.build(), port)) {
      builder.node(name, new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID), port);
      port = Port.of(name);
    }
    return builder.output(name, port).build();
  }

  /**
   * What the last recurrent layer returns. A forward and a backward stack count as one layer, whose
   * outputs are joined.
   *
   * @param name of the new output; no other output or layer has it
   * @throws IllegalArgumentException if the model has no recurrent layer
   */
  public static RnnModel withRnnOutputs(RnnModel model, String name) {
    RnnModel.Builder builder = model.toBuilder();
    Port port = recurrentOutput(model, name, builder);
    return builder.output(name, port).build();
  }

  /**
   * The {@linkplain #result result} before its last activation or softmax; the result itself if it
   * is not one.
   *
   * @param name of the new output; no other output has it
   */
  public static RnnModel withLogits(RnnModel model, String name) {
    Port result = result(model).source();
    Node last = model.node(result.node());
    boolean activation =
        last != null
            && (last.layer() instanceof Layer.Activate || last.layer() instanceof Layer.Softmax);
    return model.toBuilder().output(name, activation ? last.input(0) : result).build();
  }

  /**
   * From the result back over layers of one input to a recurrent layer, or to the joint of several;
   * if neither is met, the last recurrent layer in the order of nodes.
   */
  private static Port recurrentOutput(RnnModel model, String joint, RnnModel.Builder builder) {
    Node node = model.node(result(model).source().node());
    while (node != null && !(node.layer() instanceof Recurrent) && node.inputs().size() == 1) {
      node = model.node(node.input(0).node());
    }
    if (node == null || !(node.layer() instanceof Layer.Concat)) {
      boolean recurrent = node != null && node.layer() instanceof Recurrent;
      return recurrent ? Port.of(node.name()) : lastRecurrent(model);
    }
    Set<Port> stacks = new LinkedHashSet<>();
    for (Port p : node.inputs()) {
      Node source = model.node(p.node());
      if (source == null || !(source.layer() instanceof Recurrent)) {
        return lastRecurrent(model);
      }
      stacks.add(Port.of(source.name()));
    }
    if (stacks.size() == 1) {
      return stacks.iterator().next();
    }
    builder.node(joint, new Layer.Concat(-1), stacks.toArray(Port[]::new));
    return Port.of(joint);
  }

  private static Port lastRecurrent(RnnModel model) {
    Node last = model.lastRecurrent();
    if (last == null) {
      throw new IllegalArgumentException("model '" + model.name() + "' has no recurrent layer");
    }
    return Port.of(last.name());
  }

  private static boolean isSequence(RnnModel model, Port port) {
    int[][] in = model.inputs().stream().map(ModelInput::shape).toArray(int[][]::new);
    return model.shapes(in).get(port).length > 1;
  }
}
