package org.rnn4j.cases;

import java.util.Locale;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;

/** Activations by the names and defaults of the frameworks. */
final class CaseActivations {
  private CaseActivations() {}

  /**
   * {@code key} of {@code activations}: a name or {name, alpha, beta}; {@code absent} if it is not
   * given.
   */
  static Activation read(Json activations, String key, Activation absent, String framework) {
    if (!activations.has(key)) {
      return absent;
    }
    if (activations.get(key) instanceof String name) {
      return named(name, Double.NaN, Double.NaN, framework);
    }
    Json full = activations.child(key).only("name", "alpha", "beta");
    return named(
        full.text("name"),
        full.number("alpha", Double.NaN),
        full.number("beta", Double.NaN),
        framework);
  }

  private static Activation named(String name, double alpha, double beta, String framework) {
    boolean keras3 = framework.equals("keras3");
    return switch (name.toLowerCase(Locale.ROOT).replace("_", "")) {
      case "linear", "identity" -> Activation.LINEAR;
      case "tanh" -> Activation.TANH;
      case "sigmoid", "logistic" -> Activation.SIGMOID;
      case "relu" -> Activation.RELU;
      case "relu6" -> Activation.RELU6;
      case "leakyrelu" -> Activation.leakyRelu(or(alpha, keras3 ? 0.2 : 0.01));
      case "thresholdedrelu" -> Activation.of(Kind.THRESHOLDED_RELU, or(alpha, 1));
      case "hardsigmoid" ->
          Activation.of(Kind.HARD_SIGMOID, or(alpha, keras3 ? 1.0 / 6 : 0.2), or(beta, 0.5));
      case "hardtanh" -> Activation.of(Kind.HARD_TANH);
      case "hardswish", "hardsilu" ->
          Activation.of(Kind.HARD_SWISH, or(alpha, 1.0 / 6), or(beta, 0.5));
      case "swish", "silu" -> Activation.of(Kind.SWISH, or(alpha, 1));
      case "softsign" -> Activation.of(Kind.SOFTSIGN);
      case "softplus" -> Activation.of(Kind.SOFTPLUS);
      case "elu" -> Activation.of(Kind.ELU, or(alpha, 1));
      case "celu" -> Activation.of(Kind.CELU, or(alpha, 1));
      case "selu" -> Activation.SELU;
      case "gelu" -> Activation.of(Kind.GELU);
      case "exponential", "exp" -> Activation.of(Kind.EXPONENTIAL);
      case "affine" -> Activation.of(Kind.AFFINE, or(alpha, 1), or(beta, 0));
      case "scaledtanh" -> Activation.of(Kind.SCALED_TANH, or(alpha, 1), or(beta, 1));
      case "mish" -> Activation.of(Kind.MISH);
      case "logsigmoid" -> Activation.of(Kind.LOG_SIGMOID);
      case "tanhshrink" -> Activation.of(Kind.TANH_SHRINK);
      case "softshrink" -> Activation.of(Kind.SOFT_SHRINK, or(alpha, 0.5));
      case "hardshrink" -> Activation.of(Kind.HARD_SHRINK, or(alpha, 0.5));
      default -> throw new IllegalArgumentException("unknown activation '" + name + "'");
    };
  }

  private static double or(double given, double absent) {
    return Double.isNaN(given) ? absent : given;
  }
}
