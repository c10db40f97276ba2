package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.spec.HeadSpec.Input;
import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.SelectStep;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * Makes a model of a weight-only file and its spec. The input is called {@code x}, the output
 * {@code outputs}; recurrent nodes have their scope's name, or {@code layer_k}. Kernels stay views
 * of the file.
 *
 * <p>Used by one thread, once.
 */
public final class SpecModelBuilder {
  private static final String X = "x";

  private final ModelSpec spec;
  private final WeightSource weights;
  private final WeightLayout layout;
  private final RnnModel.Builder model;
  private final Set<String> nodeNames = new HashSet<>(Set.of(X));
  private int recurrentNodes;

  private SpecModelBuilder(ModelSpec spec, WeightSource weights) {
    this.spec = spec;
    this.weights = weights;
    this.layout =
        switch (spec.framework()) {
          case TENSORFLOW -> new TensorFlowLayout(weights);
          case KERAS -> new KerasLayout(weights);
          case PYTORCH -> new PyTorchLayout(weights);
        };
    String file = weights.description();
    this.model =
        RnnModel.builder(
            file.substring(1 + Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'))));
  }

  /**
   * The model.
   *
   * @throws ModelFormatException if a variable is missing or does not fit; it names the variable,
   *     both shapes, or the nearest names
   */
  public static RnnModel build(ModelSpec spec, WeightSource weights) {
    SpecModelBuilder builder = new SpecModelBuilder(spec, weights);
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      // The model types check what the layers of this package have not: widths between nodes.
      throw new ModelFormatException(weights.description() + ": " + e.getMessage(), e);
    }
  }

  private RnnModel build() {
    List<PlacedLayer> forward = place(spec.layers(), "layers", false);
    List<PlacedLayer> backward = place(spec.backwardLayers(), "backward_layers", true);
    Port x = input(forward.get(0).recurrent().cell().inputSize());
    if (spec.learnedInitialState() != null) {
      new LearnedState(spec, layout, this::unique).prepare(model, x, forward, backward);
    }
    Port out = chain(forward, x);
    if (!backward.isEmpty()) {
      Port other = chain(backward, x);
      String name = unique("concat");
      model.node(name, new Layer.Concat(-1), out, other);
      out = Port.of(name);
    }
    out = head(forward, backward, out);
    model.output("outputs", out);
    PlacedLayer last = forward.get(forward.size() - 1);
    if (last.recurrent().merge() == Recurrent.Merge.NONE) {
      model.output("outputs_backward", new Port(last.node(), Recurrent.OUT_BACKWARD));
    }
    return model
        .metadata("framework", spec.framework().key())
        .metadata("spec", spec.toJson())
        .build();
  }

  private Port input(int features) {
    EmbeddingSpec embedding = spec.embedding();
    if (embedding == null) {
      model.input(ModelInput.sequence(X, features));
      return Port.of(X);
    }
    model.input(ModelInput.ids(X));
    if (embedding.oneHot() != null) {
      model.layer(unique("one_hot"), new Layer.OneHot(embedding.oneHot()));
    } else {
      model.layer(unique("embedding"), new Layer.Embedding(table(), embedding.maskZero()));
    }
    return model.lastPort();
  }

  private Tensor table() {
    EmbeddingSpec e = spec.embedding();
    Found found =
        e.table() != null
            ? layout.variables().require(List.of(e.table()), "embedding")
            : layout.embedding(e.scope());
    return found.shaped(
        "embedding of rows x width",
        e.rows() == null ? Variables.ANY : e.rows(),
        e.width() == null ? Variables.ANY : e.width());
  }

  private long inputWidth() {
    EmbeddingSpec embedding = spec.embedding();
    if (embedding == null) {
      return Variables.ANY;
    }
    return embedding.oneHot() != null ? embedding.oneHot() : table().dim(1);
  }

  /** The layers of one stack with their cells; nothing is added to the model yet. */
  private List<PlacedLayer> place(List<LayerSpec> layers, String key, boolean reverse) {
    List<PlacedLayer> placed = new ArrayList<>();
    long width = inputWidth();
    for (int k = 0; k < layers.size(); k++) {
      LayerSpec layer = layers.get(k);
      String where =
          key + "[" + k + "]" + (layer.scope().isEmpty() ? "" : " '" + layer.scope() + "'");
      int count = layer.loop().layerCount();
      for (int j = 0; j < count; j++) {
        boolean last = k == layers.size() - 1 && j == count - 1;
        Recurrent recurrent =
            new RecurrentReader(spec, layout).read(layer, j, width, last, reverse, where);
        if (!last && recurrent.merge() == Recurrent.Merge.NONE) {
          throw new ModelFormatException(
              weights.description() + ": " + where + ": merge none only in the last layer");
        }
        placed.add(new PlacedLayer(nodeName(layer, j, count), recurrent, where));
        width = recurrent.width();
      }
    }
    return placed;
  }

  private String nodeName(LayerSpec layer, int sublayer, int count) {
    String name = layer.scope().isEmpty() ? "layer_" + recurrentNodes : layer.scope();
    recurrentNodes++;
    return unique(count > 1 && !layer.scope().isEmpty() ? name + "_l" + sublayer : name);
  }

  private String unique(String name) {
    String free = name;
    for (int k = 1; !nodeNames.add(free); k++) {
      free = name + "_" + k;
    }
    return free;
  }

  private Port chain(List<PlacedLayer> layers, Port x) {
    Port from = x;
    for (PlacedLayer layer : layers) {
      layer.addTo(model, from);
      from = Port.of(layer.node());
    }
    return from;
  }

  private Port head(List<PlacedLayer> forward, List<PlacedLayer> backward, Port out) {
    if (spec.head().isEmpty()) {
      return out;
    }
    PlacedLayer last = forward.get(forward.size() - 1);
    if (last.recurrent().merge() == Recurrent.Merge.NONE) {
      throw new ModelFormatException(
          weights.description() + ": " + last.where() + ": a head needs a merge other than none");
    }
    Port from =
        select(
            spec.head().get(0).input(),
            last,
            backward.isEmpty() ? null : backward.get(backward.size() - 1),
            out);
    long width = last.recurrent().width();
    if (!backward.isEmpty()) {
      width += backward.get(backward.size() - 1).recurrent().width();
    }
    for (int k = 0; k < spec.head().size(); k++) {
      Layer.Dense dense = dense(spec.head().get(k), headPlace(k), width);
      from = addDense(spec.head().get(k), headPlace(k), dense, from);
      width = dense.kernel().dim(0);
    }
    return from;
  }

  private Port select(Input input, PlacedLayer last, PlacedLayer backward, Port out) {
    if (input == null) {
      return out;
    }
    boolean sequences = last.recurrent().returnSequences();
    return switch (input) {
      case ALL_STEPS -> {
        if (!sequences) {
          throw new ModelFormatException(
              String.format(
                  "%s: head: input all_steps, but %s has return_sequences false",
                  weights.description(), last.where()));
        }
        yield out;
      }
      case LAST_STEP ->
          sequences ? add("last_step", new SelectStep(SelectStep.Step.LAST), out) : out;
      case FINAL_STATE -> finalState(last, backward);
    };
  }

  private Port finalState(PlacedLayer last, PlacedLayer backward) {
    Port h = new Port(last.node(), Recurrent.OUT_H);
    if (backward != null) {
      return add(
          "final_state", new Layer.Concat(-1), h, new Port(backward.node(), Recurrent.OUT_H));
    }
    if (last.recurrent().directions() == 1) {
      return h;
    }
    Layer join =
        switch (last.recurrent().merge()) {
          case CONCAT, NONE -> new Layer.Concat(-1);
          case SUM -> new Layer.Merge(Layer.Merge.Op.ADD);
          case MULTIPLY -> new Layer.Merge(Layer.Merge.Op.MULTIPLY);
          case AVERAGE -> new Layer.Merge(Layer.Merge.Op.AVERAGE);
        };
    return add("final_state", join, h, new Port(last.node(), Recurrent.OUT_H_BACKWARD));
  }

  private String headPlace(int index) {
    return spec.head().size() == 1 ? "head" : "head[" + index + "]";
  }

  private Layer.Dense dense(HeadSpec head, String where, long width) {
    Found kernel;
    Found bias;
    if (head.kernel() != null) {
      kernel = layout.variables().require(List.of(head.kernel()), where);
      bias = head.bias() == null ? null : layout.variables().require(List.of(head.bias()), where);
    } else {
      kernel = layout.denseKernel(head.scope(), where);
      bias = layout.denseBias(head.scope());
    }
    Tensor matrix = layout.denseMatrix(kernel, where);
    long units = matrix.dim(0);
    if (head.units() != null && head.units() != units) {
      throw kernel.wrongShape("for units " + head.units(), where + " has units " + head.units());
    }
    if (matrix.dim(1) != width) {
      throw kernel.wrongShape("for inputs of width " + width, where + " reads width " + width);
    }
    return new Layer.Dense(
        matrix, bias == null ? null : bias.shaped(where + " has units " + units, units));
  }

  private Port addDense(HeadSpec head, String where, Layer.Dense dense, Port from) {
    String name = unique(head.scope() == null || head.scope().isEmpty() ? "dense" : head.scope());
    Port in = activate(name + "/before", head.before(), where, from);
    model.node(name, dense, in);
    return activate(name + "/activation", head.activation(), where, Port.of(name));
  }

  private Port activate(String name, String activation, String where, Port from) {
    Layer layer =
        ActivationNames.layer(activation, spec.framework(), weights.description() + ": " + where);
    return layer == null ? from : add(name, layer, from);
  }

  private Port add(String name, Layer layer, Port... from) {
    String node = unique(name);
    model.node(node, layer, from);
    return Port.of(node);
  }
}
