package org.rnn4j.formats.spec;

import java.util.List;
import java.util.function.UnaryOperator;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.SelectStep;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * The initial state that a model computes from its first input: {@code h_k = activation(h_{k-1}
 * W_k)} from {@code h_0 = x[0]} on, and likewise c.
 */
final class LearnedState {
  private final ModelSpec spec;
  private final WeightLayout layout;
  private final UnaryOperator<String> unique;
  private final String file;

  LearnedState(ModelSpec spec, WeightLayout layout, UnaryOperator<String> unique) {
    this.spec = spec;
    this.layout = layout;
    this.unique = unique;
    this.file = layout.variables().source().description();
  }

  void prepare(
      RnnModel.Builder model, Port x, List<PlacedLayer> forward, List<PlacedLayer> backward) {
    LearnedStateSpec learned = spec.learnedInitialState();
    if (!backward.isEmpty() || forward.stream().anyMatch(l -> l.recurrent().directions() > 1)) {
      throw new UnsupportedModelException(
          file, "learned_initial_state: only with layers of one direction");
    }
    requireCount("h", learned.h(), forward.size());
    requireCount("c", learned.c(), forward.size());
    String first = unique.apply("first_step");
    model.node(first, new SelectStep(SelectStep.Step.FIRST), x);
    Port h = Port.of(first);
    Port c = Port.of(first);
    long widthH = forward.get(0).recurrent().cell().inputSize();
    long widthC = widthH;
    for (int k = 0; k < forward.size(); k++) {
      PlacedLayer layer = forward.get(k);
      Port initialH = null;
      Port initialC = null;
      if (!learned.h().isEmpty()) {
        long next = layer.recurrent().cell().outputSize();
        h = step(layer, "h", learned.h().get(k), h, widthH, next);
        widthH = next;
        initialH = h;
      }
      if (!learned.c().isEmpty()) {
        long next = layer.recurrent().cell().cellStateSize();
        if (next == 0) {
          throw new ModelFormatException(
              file + ": learned_initial_state.c: " + layer.where() + " has no c");
        }
        c = step(layer, "c", learned.c().get(k), c, widthC, next);
        widthC = next;
        initialC = c;
      }
      layer.initialState(initialH, initialC);
    }
  }

  private void requireCount(String key, List<String> names, int layers) {
    if (!names.isEmpty() && names.size() != layers) {
      throw new ModelFormatException(
          String.format(
              "%s: learned_initial_state.%s: %d matrices for %d layers",
              file, key, names.size(), layers));
    }
  }

  private Port step(
      PlacedLayer layer, String key, String matrix, Port from, long width, long next) {
    String where = "learned_initial_state." + key;
    Found found = layout.variables().require(List.of(matrix), where);
    Tensor kernel = layout.denseMatrix(found, where);
    if (kernel.dim(1) != width || kernel.dim(0) != next) {
      throw found.wrongShape(
          "from width " + width + " to width " + next, where + " of " + layer.where());
    }
    String name = unique.apply(layer.node() + "/initial_" + key);
    Port sum = layer.addBefore(name, new Layer.Dense(kernel, null), from);
    Layer function =
        ActivationNames.layer(
            spec.learnedInitialState().activation(), spec.framework(), file + ": " + where);
    return function == null
        ? sum
        : layer.addBefore(unique.apply(name + "/activation"), function, sum);
  }
}
