// The formulas of gates and activations in float, for host and device: docs/semantics.md; the double ones that they
// are held to are org.rnn4j.model.Activation. NaN in, NaN out. No approximate intrinsics: sigmoid and tanh are within
// 3 units in the last place on device (CUDA's own bounds: expf 1, tanhf 2, division exact).
#pragma once

#include <math.h>

#include "rnn4j/rnn4j.h"

#if defined(__CUDACC__)
#define RNN4J_HOST_DEVICE __host__ __device__
#else
#define RNN4J_HOST_DEVICE
#endif

namespace rnn4j::kernels {

// exp is taken of -|x|, so that neither tail overflows and small values keep their relative precision.
RNN4J_HOST_DEVICE inline float sigmoid(float x) {
  const float e = expf(-fabsf(x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

RNN4J_HOST_DEVICE inline float softplus(float x) {
  const float rest = log1pf(expf(-fabsf(x)));
  return x > 0.0f ? x + rest : rest;
}

RNN4J_HOST_DEVICE inline float clip(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

// Limits to a magnitude; a limit of NaN limits nothing, and NaN stays NaN.
RNN4J_HOST_DEVICE inline float clip_magnitude(float x, float limit) { return clip(x, -limit, limit); }

RNN4J_HOST_DEVICE inline float softsign(float x) { return isinf(x) ? copysignf(1.0f, x) : x / (1.0f + fabsf(x)); }

// Below 1/2 the series x^3/3 - 2x^5/15 + ..., where the difference would cancel (relative error of the rest: 1e-7).
RNN4J_HOST_DEVICE inline float tanh_shrink(float x) {
  if (!(fabsf(x) < 0.5f)) return x - tanhf(x);
  const float q = x * x;
  float sum = 929569.0f / 638512875.0f;
  sum = sum * q - 21844.0f / 6081075.0f;
  sum = sum * q + 1382.0f / 155925.0f;
  sum = sum * q - 62.0f / 2835.0f;
  sum = sum * q + 17.0f / 315.0f;
  sum = sum * q - 2.0f / 15.0f;
  sum = sum * q + 1.0f / 3.0f;
  return sum * q * x;
}

// (x + sqrt(x^2 + a)) / 2; left of 0 the equal a / 2 / (sqrt(x^2 + a) - x), which does not cancel.
RNN4J_HOST_DEVICE inline float squareplus(float x, float a) {
  const float magnitude = fabsf(x);
  const float root = magnitude > 1e9f ? magnitude : sqrtf(x * x + a);
  return x < 0.0f ? 0.5f * a / (root - x) : 0.5f * x + 0.5f * root;
}

RNN4J_HOST_DEVICE inline float keras_relu(float x, const rnn4j_activation& f) {
  if (isnan(x)) return x;
  return x >= f.beta ? f.beta : x >= f.gamma ? x : f.alpha == 0.0f ? 0.0f : f.alpha * (x - f.gamma);
}

RNN4J_HOST_DEVICE inline float elu(float x, float alpha) { return x > 0.0f ? x : alpha * expm1f(x); }

RNN4J_HOST_DEVICE inline float soft_shrink(float x, float a) {
  return isnan(x) ? x : x > a ? x - a : x < -a ? x + a : 0.0f;
}

// x/2 (1 + tanh(u)) = x sigmoid(2u), without the cancellation.
RNN4J_HOST_DEVICE inline float gelu_tanh(float x) {
  constexpr float kTwoRootTwoOverPi = 1.5957691216057308f;
  return x * sigmoid(kTwoRootTwoOverPi * (x + 0.044715f * x * x * x));
}

RNN4J_HOST_DEVICE inline float activate(const rnn4j_activation& f, float x) {
  constexpr float kRootHalf = 0.7071067811865476f;
  switch (f.kind) {
    case RNN4J_TANH: return tanhf(x);
    case RNN4J_SIGMOID: return sigmoid(x);
    case RNN4J_RELU: return keras_relu(x, f);
    case RNN4J_THRESHOLDED_RELU: return isnan(x) || x > f.alpha ? x : 0.0f;
    case RNN4J_ELU: return elu(x, f.alpha);
    case RNN4J_SELU: return f.beta * elu(x, f.alpha);
    case RNN4J_CELU: return x > 0.0f ? x : f.alpha * expm1f(x / f.alpha);
    case RNN4J_SOFTPLUS: return softplus(x);
    case RNN4J_SOFTSIGN: return softsign(x);
    case RNN4J_HARD_SIGMOID: return clip(f.alpha * x + f.beta, 0.0f, 1.0f);
    case RNN4J_HARD_TANH: return clip(x, -1.0f, 1.0f);
    case RNN4J_HARD_SWISH: return x * clip(f.alpha * x + f.beta, 0.0f, 1.0f);
    case RNN4J_SWISH: return x * sigmoid(f.alpha * x);
    case RNN4J_GELU: return 0.5f * x * erfcf(-kRootHalf * x);
    case RNN4J_GELU_TANH: return gelu_tanh(x);
    case RNN4J_EXPONENTIAL: return expf(x);
    case RNN4J_AFFINE: return f.alpha * x + f.beta;
    case RNN4J_SCALED_TANH: return f.alpha * tanhf(f.beta * x);
    case RNN4J_MISH: return x * tanhf(softplus(x));
    case RNN4J_LOG_SIGMOID: return -softplus(-x);
    case RNN4J_TANH_SHRINK: return tanh_shrink(x);
    case RNN4J_SOFT_SHRINK: return soft_shrink(x, f.alpha);
    case RNN4J_HARD_SHRINK: return isnan(x) || fabsf(x) > f.alpha ? x : 0.0f;
    case RNN4J_SQUAREPLUS: return squareplus(x, f.alpha);
    default: return x;  // RNN4J_LINEAR: launchers refuse other numbers (is_activation)
  }
}

inline bool is_activation(const rnn4j_activation& f) { return f.kind >= RNN4J_LINEAR && f.kind <= RNN4J_SQUAREPLUS; }

}  // namespace rnn4j::kernels
