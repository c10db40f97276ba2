package org.rnn4j.formats.spec;

import java.util.Map;
import java.util.TreeMap;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;
import org.rnn4j.model.Layer;

/**
 * The activations by the names that specs and files use. {@code hard_sigmoid} alone is refused for
 * Keras, where it names two functions: {@code hard_sigmoid_0.2} is that of Keras 1 and 2, {@code
 * hard_sigmoid_6} that of Keras 3.
 */
public final class ActivationNames {
  private static final Map<String, Activation> BY_NAME = byName();

  private ActivationNames() {}

  /**
   * The function of that name.
   *
   * @param name null for {@code otherwise}
   * @param where the beginning of the message if there is none
   * @throws ModelFormatException naming what is known
   */
  public static Activation parse(
      String name, Framework framework, Activation otherwise, String where) {
    if (name == null) {
      return otherwise;
    }
    if (name.equals("hard_sigmoid")) {
      if (framework == Framework.PYTORCH) {
        return Activation.HARD_SIGMOID_6;
      }
      throw new ModelFormatException(
          where
              + ": activation 'hard_sigmoid' names two functions; write hard_sigmoid_0.2 (Keras 1 and"
              + " 2) or hard_sigmoid_6 (Keras 3)");
    }
    if (name.equals("leaky_relu")) {
      return Activation.leakyRelu(framework == Framework.PYTORCH ? 0.01 : 0.2);
    }
    Activation function = BY_NAME.get(name);
    if (function == null) {
      throw new ModelFormatException(
          where
              + ": unknown activation '"
              + name
              + "'; known are "
              + BY_NAME.keySet()
              + ", leaky_relu, and softmax and log_softmax after a dense layer");
    }
    return function;
  }

  /**
   * The layer of that name; null for the identity and for null.
   *
   * @throws ModelFormatException naming what is known
   */
  public static Layer layer(String name, Framework framework, String where) {
    if ("softmax".equals(name) || "log_softmax".equals(name)) {
      return new Layer.Softmax(name.startsWith("log"));
    }
    Activation function = parse(name, framework, Activation.LINEAR, where);
    return function.isLinear() ? null : new Layer.Activate(function);
  }

  private static Map<String, Activation> byName() {
    Map<String, Activation> names = new TreeMap<>();
    names.put("none", Activation.LINEAR);
    names.put("linear", Activation.LINEAR);
    names.put("identity", Activation.LINEAR);
    names.put("tanh", Activation.TANH);
    names.put("sigmoid", Activation.SIGMOID);
    names.put("relu", Activation.RELU);
    names.put("relu6", Activation.RELU6);
    names.put("elu", Activation.of(Kind.ELU, 1));
    names.put("celu", Activation.of(Kind.CELU, 1));
    names.put("selu", Activation.SELU);
    names.put("softplus", Activation.of(Kind.SOFTPLUS));
    names.put("softsign", Activation.of(Kind.SOFTSIGN));
    names.put("hard_sigmoid_0.2", Activation.HARD_SIGMOID_02);
    names.put("hard_sigmoid_6", Activation.HARD_SIGMOID_6);
    names.put("hard_tanh", Activation.of(Kind.HARD_TANH));
    names.put("hard_swish", Activation.of(Kind.HARD_SWISH, 1.0 / 6, 0.5));
    names.put("hard_silu", Activation.of(Kind.HARD_SWISH, 1.0 / 6, 0.5));
    names.put("swish", Activation.of(Kind.SWISH, 1));
    names.put("silu", Activation.of(Kind.SWISH, 1));
    names.put("gelu", Activation.of(Kind.GELU));
    names.put("gelu_tanh", Activation.of(Kind.GELU_TANH));
    names.put("exponential", Activation.of(Kind.EXPONENTIAL));
    names.put("mish", Activation.of(Kind.MISH));
    names.put("log_sigmoid", Activation.of(Kind.LOG_SIGMOID));
    return names;
  }
}
