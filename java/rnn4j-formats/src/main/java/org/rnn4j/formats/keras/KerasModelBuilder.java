package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

/**
 * Makes a model of its description and its variables. Inputs and outputs are named and ordered as
 * in Keras. A number of steps that the file fixes is left open where no layer depends on it, so
 * that the model can be run step by step.
 *
 * <p>Used by one thread, once.
 */
final class KerasModelBuilder {
  private final String file;
  private final KerasVersion version;
  private final ModelGraph graph;
  private final WeightFile weights;
  private final InputKinds kinds;

  private KerasModelBuilder(
      String file, KerasVersion version, ModelGraph graph, WeightFile weights) {
    this.file = file;
    this.version = version;
    this.graph = graph;
    this.weights = weights;
    this.kinds = InputKinds.of(graph);
  }

  /**
   * The model.
   *
   * @throws UnsupportedModelException listing everything that is not supported
   * @throws ModelFormatException if description and variables contradict each other
   */
  static RnnModel build(
      String file, KerasVersion version, LayerConfig model, WeightFile weights, String format) {
    if (!model.isModel()) {
      throw new UnsupportedModelException(
          file,
          "model '"
              + model.name()
              + "' of class "
              + model.className()
              + " is not supported: its layers are put together by Python code, which is never"
              + " executed; save a Sequential or Functional model");
    }
    ModelGraph graph = ModelGraph.of(model);
    List<String> objections = KerasLayers.objections(graph, version);
    if (!objections.isEmpty()) {
      throw new UnsupportedModelException(file, objections.stream().distinct().toList());
    }
    KerasModelBuilder builder = new KerasModelBuilder(file, version, graph, weights);
    return builder.build(format);
  }

  private RnnModel build(String format) {
    List<DeclaredInput> declared = DeclaredInput.all(graph, kinds);
    if (declared.stream().anyMatch(DeclaredInput::fixesSteps)) {
      try {
        return build(declared.stream().map(DeclaredInput::withOpenSteps).toList(), format);
      } catch (RnnException e) {
        // A layer depends on the number of steps, or the model has a fault that is found again.
        return build(declared, format);
      }
    }
    return build(declared, format);
  }

  private RnnModel build(List<DeclaredInput> inputs, String format) {
    RnnModel.Builder model = RnnModel.builder(graph.self().name());
    Translation translation = new Translation(file, version, model);
    List<Signal> signals = new ArrayList<>();
    for (DeclaredInput input : inputs) {
      String name = translation.unique(input.name());
      model.input(input.modelInput(name));
      signals.add(new Signal(Port.of(name), input.extents(), null, input.timeMajor()));
    }
    List<Signal> outputs = translation.run(graph, signals, weights, "", 0);
    requireOneKindOfState(translation);
    if (!translation.refusals().isEmpty()) {
      throw new UnsupportedModelException(
          file, translation.refusals().stream().distinct().toList());
    }
    outputs(model, outputs, translation);
    model
        .metadata("format", format)
        .metadata("keras_version", version.text())
        .metadata("keras_class", graph.self().className());
    if (version.backend() != null) {
      model.metadata("backend", version.backend());
    }
    if (!translation.stateful().isEmpty()) {
      model.metadata("stateful", String.join(", ", translation.stateful()));
    }
    try {
      return model.build();
    } catch (IllegalArgumentException e) {
      // What the model itself checks is checked above; a file may still find a gap.
      throw new ModelFormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireOneKindOfState(Translation translation) {
    if (!translation.stateful().isEmpty() && !translation.stateless().isEmpty()) {
      translation
          .refusals()
          .add(
              "stateful layers "
                  + translation.stateful()
                  + " beside layers that begin anew at every call "
                  + translation.stateless()
                  + " are not supported; make all stateful or none");
    }
  }

  private void outputs(RnnModel.Builder model, List<Signal> outputs, Translation translation) {
    List<String> names = outputNames();
    for (int k = 0; k < outputs.size(); k++) {
      Signal out = outputs.get(k);
      if (out.isMask()) {
        throw new UnsupportedModelException(
            file, "output '" + names.get(k) + "' is a mask, which is not supported");
      }
      int[] order = out.timeMajor() ? timeMajor(out.rank()) : new int[0];
      model.output(new ModelOutput(names.get(k), out.port(), new int[0], order));
    }
    if (outputs.isEmpty()) {
      throw graph.self().config().expected("a model with outputs");
    }
    if (translation.isEmpty()) {
      // A model needs a node: this one changes nothing.
      model.node(
          translation.unique("identity"),
          new Layer.Activate(org.rnn4j.model.Activation.LINEAR),
          outputs.get(0).port());
    }
  }

  static int[] timeMajor(int rank) {
    int[] order = new int[rank + 1];
    Arrays.setAll(order, k -> k == 0 ? 1 : k == 1 ? 0 : k);
    return order;
  }

  /** The names of the layers that give the outputs; repeated ones numbered, as Keras 2 does. */
  private List<String> outputNames() {
    List<String> names = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    Map<String, Integer> counts = new HashMap<>();
    for (Ref ref : graph.outputs()) {
      String proposal = ref.layer();
      while (!taken.add(proposal)) {
        int count = counts.getOrDefault(ref.layer(), 1);
        proposal = ref.layer() + "_" + count;
        counts.put(ref.layer(), count + 1);
      }
      names.add(proposal);
    }
    return names;
  }

  /**
   * An input as the file declares it.
   *
   * @param name of the input layer
   * @param extents without batch
   * @param kind features or ids
   * @param timeMajor steps before batch
   */
  record DeclaredInput(String name, int[] extents, ModelInput.Kind kind, boolean timeMajor) {
    static List<DeclaredInput> all(ModelGraph graph, InputKinds kinds) {
      List<DeclaredInput> all = new ArrayList<>();
      if (graph.inputs().isEmpty()) {
        LayerConfig first = graph.layers().get(0);
        all.add(of(first.name() + "_input", InputShape.ofSequential(graph), kinds, first.name()));
      }
      for (LayerConfig input : graph.inputs()) {
        all.add(of(input.name(), InputShape.ofInput(input), kinds, input.name()));
      }
      return all;
    }

    private static DeclaredInput of(String name, int[] withBatch, InputKinds kinds, String key) {
      int[] extents = Arrays.copyOfRange(withBatch, 1, withBatch.length);
      boolean timeMajor = kinds.timeMajor(key, withBatch.length);
      if (timeMajor) {
        extents[0] = withBatch[0];
      }
      return new DeclaredInput(name, extents, kinds.of(key), timeMajor);
    }

    boolean fixesSteps() {
      return hasSteps() && extents[0] != Layer.ANY;
    }

    private boolean hasSteps() {
      return extents.length > 1 || (extents.length == 1 && kind == ModelInput.Kind.IDS);
    }

    DeclaredInput withOpenSteps() {
      if (!fixesSteps()) {
        return this;
      }
      int[] open = extents.clone();
      open[0] = Layer.ANY;
      return new DeclaredInput(name, open, kind, timeMajor);
    }

    ModelInput modelInput(String unique) {
      int[] order = timeMajor ? KerasModelBuilder.timeMajor(extents.length) : new int[0];
      return new ModelInput(unique, kind, extents, order);
    }
  }
}
