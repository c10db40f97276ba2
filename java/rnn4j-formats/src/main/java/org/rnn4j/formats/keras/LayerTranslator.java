package org.rnn4j.formats.keras;

import java.util.List;
import java.util.function.Consumer;

/** Turns the calls of one class of Keras layers into nodes of a model. Stateless. */
interface LayerTranslator {
  /**
   * The outputs of a call.
   *
   * @throws Refusal if the layer cannot be run as it is called
   */
  List<Signal> translate(LayerCall call);

  /** True if constants may stand among the inputs. */
  default boolean takesConstants() {
    return false;
  }

  /**
   * Says what in a layer's settings is not supported, whatever it is called on.
   *
   * @param objections takes each thing
   */
  default void check(LayerConfig layer, KerasVersion version, Consumer<String> objections) {}
}
