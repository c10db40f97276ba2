package org.rnn4j.formats.keras;

/** The variables of a model, in one of the two forms in which Keras stores them. */
interface WeightFile {
  /** The file, as messages name it. */
  String name();

  /** The variables of a layer of the model of {@code graph}. */
  LayerWeights of(ModelGraph graph, LayerConfig layer);
}
