package org.rnn4j.model;

import java.util.Locale;
import java.util.Objects;

/**
 * An elementwise function with its parameters. Names that mean different functions in different
 * frameworks are told apart here by their parameters: Keras 1 and 2 and ONNX say {@code
 * hard_sigmoid} for {@code clip(0.2x + 0.5)}, Keras 3 for {@code clip(x/6 + 0.5)}.
 *
 * <p>NaN in, NaN out, for every kind. Immutable.
 *
 * @param kind the formula
 * @param alpha first parameter; its meaning is in {@link Kind}
 * @param beta second parameter
 * @param gamma third parameter
 */
public record Activation(Kind kind, double alpha, double beta, double gamma) {

  /** The formulas. {@code a, b, g} are alpha, beta and gamma; unnamed ones are unused. */
  public enum Kind {
    /** {@code x}. */
    LINEAR,
    /** {@code tanh(x)}. */
    TANH,
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID,
    /**
     * Keras's ReLU: {@code x >= b ? b : x >= g ? x : a (x - g)}; plain ReLU has a = 0, b = inf, g =
     * 0.
     */
    RELU,
    /** {@code x > a ? x : 0} (ONNX ThresholdedRelu). */
    THRESHOLDED_RELU,
    /** {@code x > 0 ? x : a (exp(x) - 1)}. */
    ELU,
    /** {@code b (x > 0 ? x : a (exp(x) - 1))}. */
    SELU,
    /** {@code max(0, x) + min(0, a (exp(x / a) - 1))}. */
    CELU,
    /** {@code log(1 + exp(x))}. */
    SOFTPLUS,
    /** {@code x / (1 + |x|)}. */
    SOFTSIGN,
    /** {@code min(1, max(0, a x + b))}. */
    HARD_SIGMOID,
    /** {@code min(1, max(-1, x))}. */
    HARD_TANH,
    /** {@code x min(1, max(0, a x + b))}; Keras 3 and PyTorch: a = 1/6, b = 0.5. */
    HARD_SWISH,
    /** {@code x sigmoid(a x)}. */
    SWISH,
    /** {@code x/2 (1 + erf(x / sqrt 2))}. */
    GELU,
    /** {@code x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}. */
    GELU_TANH,
    /** {@code exp(x)}. */
    EXPONENTIAL,
    /** {@code a x + b}. */
    AFFINE,
    /** {@code a tanh(b x)}. */
    SCALED_TANH,
    /** {@code x tanh(log(1 + exp(x)))}. */
    MISH,
    /** {@code log(sigmoid(x))}. */
    LOG_SIGMOID,
    /** {@code x - tanh(x)}. */
    TANH_SHRINK,
    /** {@code x > a ? x - a : x < -a ? x + a : 0}. */
    SOFT_SHRINK,
    /** {@code |x| > a ? x : 0}. */
    HARD_SHRINK,
    /** {@code (x + sqrt(x^2 + a)) / 2}. */
    SQUAREPLUS
  }

  /** The identity. */
  public static final Activation LINEAR = of(Kind.LINEAR);

  /** Hyperbolic tangent. */
  public static final Activation TANH = of(Kind.TANH);

  /** The logistic function. */
  public static final Activation SIGMOID = of(Kind.SIGMOID);

  /** {@code max(0, x)}. */
  public static final Activation RELU = new Activation(Kind.RELU, 0, Double.POSITIVE_INFINITY, 0);

  /** {@code min(6, max(0, x))}. */
  public static final Activation RELU6 = new Activation(Kind.RELU, 0, 6, 0);

  /** {@code clip(0.2 x + 0.5, 0, 1)}: Keras 1 and 2, ONNX's default. */
  public static final Activation HARD_SIGMOID_02 = new Activation(Kind.HARD_SIGMOID, 0.2, 0.5, 0);

  /** {@code clip(x / 6 + 0.5, 0, 1)}: Keras 3, PyTorch. */
  public static final Activation HARD_SIGMOID_6 =
      new Activation(Kind.HARD_SIGMOID, 1.0 / 6, 0.5, 0);

  /** SELU with the constants of Klambauer et al. 2017, section 2. */
  public static final Activation SELU =
      new Activation(Kind.SELU, 1.6732632423543772, 1.0507009873554805, 0);

  /** Null checks. */
  public Activation {
    Objects.requireNonNull(kind, "kind");
  }

  /** A formula without parameters (or with those given as 0). */
  public static Activation of(Kind kind) {
    return new Activation(kind, 0, 0, 0);
  }

  /** A formula with one parameter. */
  public static Activation of(Kind kind, double alpha) {
    return new Activation(kind, alpha, 0, 0);
  }

  /** A formula with two parameters. */
  public static Activation of(Kind kind, double alpha, double beta) {
    return new Activation(kind, alpha, beta, 0);
  }

  /** {@code x >= 0 ? x : slope x}. */
  public static Activation leakyRelu(double slope) {
    return new Activation(Kind.RELU, slope, Double.POSITIVE_INFINITY, 0);
  }

  /** True for the identity. */
  public boolean isLinear() {
    return kind == Kind.LINEAR;
  }

  /** The function's value in double precision: the definition that every backend is held to. */
  public double apply(double x) {
    return switch (kind) {
      case LINEAR -> x;
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case RELU ->
          Double.isNaN(x)
              ? x
              : x >= beta ? beta : x >= gamma ? x : alpha == 0 ? 0 : alpha * (x - gamma);
      case THRESHOLDED_RELU -> Double.isNaN(x) || x > alpha ? x : 0;
      case ELU -> x > 0 ? x : alpha * Math.expm1(x);
      case SELU -> beta * (x > 0 ? x : alpha * Math.expm1(x));
      case CELU -> x > 0 ? x : alpha * Math.expm1(x / alpha);
      case SOFTPLUS -> softplus(x);
      case SOFTSIGN -> Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x));
      case HARD_SIGMOID -> clip(alpha * x + beta, 0, 1);
      case HARD_TANH -> clip(x, -1, 1);
      case HARD_SWISH -> x * clip(alpha * x + beta, 0, 1);
      case SWISH -> x * sigmoid(alpha * x);
      case GELU -> 0.5 * x * (1 + Erf.erf(x * Math.sqrt(0.5)));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case EXPONENTIAL -> Math.exp(x);
      case AFFINE -> alpha * x + beta;
      case SCALED_TANH -> alpha * Math.tanh(beta * x);
      case MISH -> x * Math.tanh(softplus(x));
      case LOG_SIGMOID -> -softplus(-x);
      case TANH_SHRINK -> x - Math.tanh(x);
      case SOFT_SHRINK -> Double.isNaN(x) ? x : x > alpha ? x - alpha : x < -alpha ? x + alpha : 0;
      case HARD_SHRINK -> Double.isNaN(x) || Math.abs(x) > alpha ? x : 0;
      case SQUAREPLUS -> (x + Math.sqrt(x * x + alpha)) / 2;
    };
  }

  /** {@code kind(alpha, beta, gamma)}, without parameters that the kind does not use. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return switch (kind) {
      case RELU -> equals(RELU) ? name : name + "(" + alpha + ", " + beta + ", " + gamma + ")";
      case THRESHOLDED_RELU, ELU, CELU, SWISH, SOFT_SHRINK, HARD_SHRINK, SQUAREPLUS ->
          name + "(" + alpha + ")";
      case HARD_SIGMOID, HARD_SWISH, AFFINE, SCALED_TANH -> name + "(" + alpha + ", " + beta + ")";
      default -> name;
    };
  }

  private static double clip(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
  }

  private static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  private static double softplus(double x) {
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }
}
