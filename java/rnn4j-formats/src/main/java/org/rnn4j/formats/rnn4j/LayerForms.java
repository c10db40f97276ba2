package org.rnn4j.formats.rnn4j;

import java.util.List;
import java.util.stream.Collectors;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;

/**
 * All kinds of layers in the file form: one entry each, with its way out and its way in. Stateless.
 */
final class LayerForms {
  private static final List<Form<?>> ALL =
      List.of(
          form("recurrent", Recurrent.class, LayerForms::write, LayerForms::recurrent),
          form(
              "time_distributed",
              TimeDistributed.class,
              (l, out) -> out.layer("inner", l.inner()),
              in -> new TimeDistributed(in.layer("inner"))),
          form(
              "embedding",
              Layer.Embedding.class,
              (l, out) -> out.tensor("table", l.table()).flag("mask_zero", l.maskZero()),
              in -> new Layer.Embedding(in.tensor("table"), in.flag("mask_zero"))),
          form(
              "one_hot",
              Layer.OneHot.class,
              (l, out) -> out.integer("depth", l.depth()),
              in -> new Layer.OneHot(in.integer("depth"))),
          form(
              "masking",
              Layer.Masking.class,
              (l, out) -> out.number("value", l.value()),
              in -> new Layer.Masking((float) in.number("value"))),
          form(
              "dense",
              Layer.Dense.class,
              (l, out) -> out.tensor("kernel", l.kernel()).tensor("bias", l.bias()),
              in -> new Layer.Dense(in.tensor("kernel"), in.optionalTensor("bias"))),
          form(
              "activation",
              Layer.Activate.class,
              (l, out) -> out.activation("function", l.function()),
              in -> new Layer.Activate(in.activation("function"))),
          form(
              "softmax",
              Layer.Softmax.class,
              (l, out) -> out.flag("log", l.log()),
              in -> new Layer.Softmax(in.flag("log"))),
          form(
              "select_step",
              Layer.SelectStep.class,
              (l, out) -> out.word("which", l.which()),
              in -> new Layer.SelectStep(in.word("which", Layer.SelectStep.Step.class))),
          form(
              "concat",
              Layer.Concat.class,
              (l, out) -> out.integer("axis", l.axis()).word("counts", l.counts()),
              in -> new Layer.Concat(in.integer("axis"), in.word("counts", Layer.Counts.class))),
          form(
              "merge",
              Layer.Merge.class,
              (l, out) -> out.word("how", l.how()).word("counts", l.counts()),
              in ->
                  new Layer.Merge(
                      in.word("how", Layer.Merge.Op.class), in.word("counts", Layer.Counts.class))),
          form(
              "constant",
              Layer.Constant.class,
              (l, out) -> out.tensor("value", l.value()),
              in -> new Layer.Constant(in.tensor("value"))),
          form("flatten", Reshaping.Flatten.class, (l, out) -> {}, in -> new Reshaping.Flatten()),
          form(
              "reshape",
              Reshaping.Reshape.class,
              (l, out) -> out.integers("dims", l.dims()),
              in -> new Reshaping.Reshape(in.integers("dims"))),
          form(
              "permute",
              Reshaping.Permute.class,
              (l, out) -> out.integers("order", l.order()),
              in -> new Reshaping.Permute(in.integers("order"))),
          form(
              "repeat_vector",
              Reshaping.RepeatVector.class,
              (l, out) -> out.integer("count", l.count()),
              in -> new Reshaping.RepeatVector(in.integer("count"))),
          form(
              "slice",
              Reshaping.Slice.class,
              (l, out) ->
                  out.integer("axis", l.axis())
                      .integer("start", l.start())
                      .integer("end", l.end())
                      .integer("step", l.step()),
              in ->
                  new Reshaping.Slice(
                      in.integer("axis"),
                      in.integer("start"),
                      in.integer("end"),
                      in.integer("step"))),
          form(
              "reverse_time",
              Reshaping.ReverseTime.class,
              (l, out) -> out.word("reversal", l.reversal()),
              in -> new Reshaping.ReverseTime(in.word("reversal", Recurrent.Reversal.class))),
          form(
              "zero_padding_1d",
              Reshaping.ZeroPadding1D.class,
              (l, out) -> out.integer("before", l.before()).integer("after", l.after()),
              in -> new Reshaping.ZeroPadding1D(in.integer("before"), in.integer("after"))),
          form(
              "up_sampling_1d",
              Reshaping.UpSampling1D.class,
              (l, out) -> out.integer("size", l.size()),
              in -> new Reshaping.UpSampling1D(in.integer("size"))),
          form(
              "conv_1d",
              Windowed.Conv1D.class,
              (l, out) ->
                  out.tensor("kernel", l.kernel())
                      .tensor("bias", l.bias())
                      .integer("stride", l.stride())
                      .integer("dilation", l.dilation())
                      .integer("groups", l.groups())
                      .word("padding", l.padding()),
              in ->
                  new Windowed.Conv1D(
                      in.tensor("kernel"),
                      in.optionalTensor("bias"),
                      in.integer("stride"),
                      in.integer("dilation"),
                      in.integer("groups"),
                      in.word("padding", Windowed.Padding.class))),
          form(
              "pool_1d",
              Windowed.Pool1D.class,
              (l, out) ->
                  out.word("kind", l.kind())
                      .integer("size", l.size())
                      .integer("stride", l.stride())
                      .word("padding", l.padding()),
              in ->
                  new Windowed.Pool1D(
                      in.word("kind", Windowed.Pooling.class),
                      in.integer("size"),
                      in.integer("stride"),
                      in.word("padding", Windowed.Padding.class))),
          form(
              "global_pool_1d",
              Windowed.GlobalPool1D.class,
              (l, out) -> out.word("kind", l.kind()).flag("keep_steps", l.keepSteps()),
              in ->
                  new Windowed.GlobalPool1D(
                      in.word("kind", Windowed.Pooling.class), in.flag("keep_steps"))),
          form(
              "batch_norm",
              PerChannel.BatchNorm.class,
              (l, out) ->
                  out.tensor("scale", l.scale())
                      .tensor("shift", l.shift())
                      .integer("axis", l.axis()),
              in ->
                  new PerChannel.BatchNorm(
                      in.tensor("scale"), in.tensor("shift"), in.integer("axis"))),
          form(
              "layer_norm",
              PerChannel.LayerNorm.class,
              (l, out) ->
                  out.tensor("gamma", l.gamma())
                      .tensor("beta", l.beta())
                      .number("epsilon", l.epsilon())
                      .integer("axes", l.axes()),
              in ->
                  new PerChannel.LayerNorm(
                      in.optionalTensor("gamma"),
                      in.optionalTensor("beta"),
                      in.number("epsilon"),
                      in.integer("axes"))),
          form(
              "prelu",
              PerChannel.PRelu.class,
              (l, out) -> out.tensor("alpha", l.alpha()),
              in -> new PerChannel.PRelu(in.tensor("alpha"))));

  private LayerForms() {}

  /** Writes a layer's members. */
  private interface Out<L> {
    void write(L layer, FormWriter out);
  }

  /** Makes a layer of its members. */
  private interface In<L> {
    L read(FormReader in);
  }

  /**
   * One kind of layer.
   *
   * @param type its word in the file
   * @param kind its class
   * @param out its way out
   * @param in its way in
   */
  private record Form<L extends Layer>(String type, Class<L> kind, Out<L> out, In<L> in) {
    void write(Layer layer, FormWriter to) {
      out.write(kind.cast(layer), to);
    }
  }

  private static <L extends Layer> Form<L> form(String type, Class<L> kind, Out<L> out, In<L> in) {
    return new Form<>(type, kind, out, in);
  }

  /** Writes type and members of a layer. */
  static void write(Layer layer, FormWriter out) {
    for (Form<?> form : ALL) {
      if (form.kind().isInstance(layer)) {
        form.write(layer, out.type(form.type()));
        return;
      }
    }
    throw new IllegalStateException("a layer without a form: " + layer.getClass().getName());
  }

  /** True if there is such a kind of layer. */
  static boolean isKnown(String type) {
    return ALL.stream().anyMatch(f -> f.type().equals(type));
  }

  /** True if layers of that class have a form. */
  static boolean isKnown(Class<?> kind) {
    return ALL.stream().anyMatch(f -> f.kind() == kind);
  }

  /** Reads a layer; every member of its object has to have a meaning. */
  static Layer read(FormReader in) {
    String type = in.json().get("type").asString();
    for (Form<?> form : ALL) {
      if (form.type().equals(type)) {
        Layer layer = form.in().read(in);
        in.done();
        return layer;
      }
    }
    throw in.json()
        .get("type")
        .expected("one of " + ALL.stream().map(Form::type).collect(Collectors.joining(", ")));
  }

  private static void write(Recurrent l, FormWriter out) {
    out.cell("cell", "forward.", l.cell())
        .cell("backward_cell", "backward.", l.backwardCell())
        .word("direction", l.direction())
        .word("merge", l.merge())
        .flag("swapped_directions", l.directions() == 2 && l.readsBackwards(0))
        .flag("return_sequences", l.returnSequences())
        .word("reversal", l.reversal())
        .word("output_order", l.outputOrder())
        .word("padded_output", l.paddedOutput())
        .word("empty_row_state", l.emptyRowState())
        .flag("residual", l.residual());
  }

  private static Recurrent recurrent(FormReader in) {
    Recurrent.Builder layer = Recurrent.builder(in.cell("cell"));
    Recurrent.Direction direction = in.word("direction", Recurrent.Direction.class);
    Recurrent.Merge merge = in.word("merge", Recurrent.Merge.class);
    var backward = in.optionalCell("backward_cell");
    boolean both = direction == Recurrent.Direction.BIDIRECTIONAL;
    if (both != (backward != null)) {
      throw in.json().expected("a backward_cell if and only if the direction is bidirectional");
    }
    switch (direction) {
      case FORWARD -> {}
      case REVERSE -> layer.reverse();
      case BIDIRECTIONAL -> layer.bidirectional(backward, merge);
    }
    return layer
        .swappedDirections(in.flag("swapped_directions"))
        .returnSequences(in.flag("return_sequences"))
        .reversal(in.word("reversal", Recurrent.Reversal.class))
        .outputOrder(in.word("output_order", Recurrent.OutputOrder.class))
        .paddedOutput(in.word("padded_output", Recurrent.PaddedOutput.class))
        .emptyRowState(in.word("empty_row_state", Recurrent.EmptyRowState.class))
        .residual(in.flag("residual"))
        .build();
  }
}
