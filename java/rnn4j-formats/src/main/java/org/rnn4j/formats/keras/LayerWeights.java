package org.rnn4j.formats.keras;

import java.util.List;

/** The variables of one layer, in the layer's own order, and those of the layers in it. */
interface LayerWeights {
  /** How many variables there are. */
  int count();

  /**
   * Variable {@code index}.
   *
   * @param role what it is, for messages: kernel, bias, ..
   * @throws org.rnn4j.error.ModelFormatException if there is none
   */
  Stored get(int index, String role);

  /**
   * The variables of the layer that this one keeps under an attribute.
   *
   * @param attribute {@code cell}, {@code layer}, {@code forward_layer}, ..
   * @param inner that layer
   */
  LayerWeights child(String attribute, LayerConfig inner);

  /**
   * The variables of the layers that this one keeps in a list.
   *
   * @param attribute {@code cells}
   * @param inner these layers
   */
  List<LayerWeights> children(String attribute, List<LayerConfig> inner);

  /** The variables of the layers of this layer, which is a model. */
  WeightFile model(ModelGraph graph);
}
