package org.rnn4j.model;

/**
 * Models with more outputs: what lies inside, given out under a name. Stateless and thread-safe.
 */
public final class Taps {
  /** Name of the output that {@link #withLast} adds. */
  public static final String LAST = "last";

  /** Name of the output that {@link #withRnnOutputs} adds. */
  public static final String RNN_OUTPUTS = "rnn_outputs";

  /** Name of the output that {@link #withLogits} adds. */
  public static final String LOGITS = "logits";

  private Taps() {}

  /**
   * The last recurrent layer's output at each row's last valid step, {@code [B, P]}; 0 for a row
   * without steps.
   *
   * @throws IllegalArgumentException if the model has no recurrent layer
   */
  public static RnnModel withLast(RnnModel model) {
    Node node = recurrent(model);
    Port port = Port.of(node.name());
    if (!((Recurrent) node.layer()).returnSequences()) {
      return model.toBuilder().output(LAST, port).build();
    }
    String name = node.name() + "/" + LAST;
    return model.toBuilder()
        .node(name, new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID), port)
        .output(LAST, Port.of(name))
        .build();
  }

  /**
   * What the last recurrent layer returns.
   *
   * @throws IllegalArgumentException if the model has no recurrent layer
   */
  public static RnnModel withRnnOutputs(RnnModel model) {
    return model.toBuilder().output(RNN_OUTPUTS, Port.of(recurrent(model).name())).build();
  }

  /**
   * The first output before its last activation or softmax.
   *
   * @throws IllegalArgumentException if the first output is not the result of one
   */
  public static RnnModel withLogits(RnnModel model) {
    Node last = model.node(model.outputs().get(0).source().node());
    if (last == null
        || !(last.layer() instanceof Layer.Activate || last.layer() instanceof Layer.Softmax)) {
      throw new IllegalArgumentException(
          "output '"
              + model.outputs().get(0).name()
              + "' of model '"
              + model.name()
              + "' is no activation: there are no logits before it");
    }
    return model.toBuilder().output(LOGITS, last.input(0)).build();
  }

  private static Node recurrent(RnnModel model) {
    Node node = model.lastRecurrent();
    if (node == null) {
      throw new IllegalArgumentException("model '" + model.name() + "' has no recurrent layer");
    }
    return node;
  }
}
