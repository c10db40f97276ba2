// Every activation with parameters that matter, and arguments that tell.
#pragma once

#include <limits>
#include <vector>

#include "rnn4j/rnn4j.h"

namespace testing {

inline std::vector<rnn4j_activation> all_activations() {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<rnn4j_activation> all = {
      {RNN4J_RELU, 0.0f, infinity, 0.0f}, {RNN4J_RELU, 0.1f, infinity, 0.0f}, {RNN4J_RELU, 0.25f, 6.0f, 0.5f},
      {RNN4J_THRESHOLDED_RELU, 0.7f, 0, 0}, {RNN4J_ELU, 1.5f, 0, 0}, {RNN4J_SELU, 1.6732632f, 1.0507010f, 0},
      {RNN4J_CELU, 0.6f, 0, 0}, {RNN4J_HARD_SIGMOID, 0.2f, 0.5f, 0}, {RNN4J_HARD_SWISH, 1.0f / 6, 0.5f, 0},
      {RNN4J_SWISH, 1.3f, 0, 0}, {RNN4J_AFFINE, -0.5f, 0.25f, 0}, {RNN4J_SCALED_TANH, 1.7159f, 0.6667f, 0},
      {RNN4J_SOFT_SHRINK, 0.5f, 0, 0}, {RNN4J_HARD_SHRINK, 0.5f, 0, 0}, {RNN4J_SQUAREPLUS, 4.0f, 0, 0}};
  for (int kind : {RNN4J_LINEAR, RNN4J_TANH, RNN4J_SIGMOID, RNN4J_SOFTPLUS, RNN4J_SOFTSIGN, RNN4J_HARD_TANH, RNN4J_GELU,
                   RNN4J_GELU_TANH, RNN4J_EXPONENTIAL, RNN4J_MISH, RNN4J_LOG_SIGMOID, RNN4J_TANH_SHRINK}) {
    all.push_back({kind, 0, 0, 0});
  }
  return all;
}

/// Both sides of every kink, small, large and denormal ones.
inline std::vector<float> telling_arguments() {
  std::vector<float> all = {0.0f, -0.0f, 1e-40f, 1e-20f, 1e-6f, 3e-4f, 0.01f, 0.1f, 0.3f, 0.499f, 0.5f, 0.501f, 0.625f,
                            0.7f, 1.0f, 2.5f, 3.0f, 5.999f, 6.0f, 6.001f, 9.0f, 17.0f, 40.0f, 80.0f};
  const size_t positive = all.size();
  for (size_t i = 0; i < positive; i++) all.push_back(-all[i]);
  for (float x = -8.0f; x < 8.0f; x += 0.0917f) all.push_back(x);
  return all;
}

}  // namespace testing
