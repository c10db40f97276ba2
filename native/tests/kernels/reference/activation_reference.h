// Activations in double, as org.rnn4j.model.Activation defines them; shares no code with gate_math.h.
#pragma once

#include <cmath>

#include "rnn4j/rnn4j.h"

namespace reference {

inline double limited(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
inline double logistic(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
inline double log_of_one_plus_exp(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

inline double activation(const rnn4j_activation& f, double x) {
  const double a = static_cast<double>(f.alpha);
  const double b = static_cast<double>(f.beta);
  const double g = static_cast<double>(f.gamma);
  if (std::isnan(x)) return x;
  switch (f.kind) {
    case RNN4J_LINEAR: return x;
    case RNN4J_TANH: return std::tanh(x);
    case RNN4J_SIGMOID: return logistic(x);
    case RNN4J_RELU: return x >= b ? b : x >= g ? x : a == 0 ? 0 : a * (x - g);
    case RNN4J_THRESHOLDED_RELU: return x > a ? x : 0;
    case RNN4J_ELU: return x > 0 ? x : a * std::expm1(x);
    case RNN4J_SELU: return b * (x > 0 ? x : a * std::expm1(x));
    case RNN4J_CELU: return x > 0 ? x : a * std::expm1(x / a);
    case RNN4J_SOFTPLUS: return log_of_one_plus_exp(x);
    case RNN4J_SOFTSIGN: return std::isinf(x) ? std::copysign(1.0, x) : x / (1 + std::abs(x));
    case RNN4J_HARD_SIGMOID: return limited(a * x + b, 0, 1);
    case RNN4J_HARD_TANH: return limited(x, -1, 1);
    case RNN4J_HARD_SWISH: return x * limited(a * x + b, 0, 1);
    case RNN4J_SWISH: return x * logistic(a * x);
    case RNN4J_GELU: return 0.5 * x * (1 + std::erf(x * std::sqrt(0.5)));
    case RNN4J_GELU_TANH: return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
    case RNN4J_EXPONENTIAL: return std::exp(x);
    case RNN4J_AFFINE: return a * x + b;
    case RNN4J_SCALED_TANH: return a * std::tanh(b * x);
    case RNN4J_MISH: return x * std::tanh(log_of_one_plus_exp(x));
    case RNN4J_LOG_SIGMOID: return -log_of_one_plus_exp(-x);
    case RNN4J_TANH_SHRINK: return x - std::tanh(x);
    case RNN4J_SOFT_SHRINK: return x > a ? x - a : x < -a ? x + a : 0;
    case RNN4J_HARD_SHRINK: return std::abs(x) > a ? x : 0;
    case RNN4J_SQUAREPLUS: return (x + std::sqrt(x * x + a)) / 2;
    default: return std::nan("");
  }
}

}  // namespace reference
