// One direction of a recurrent layer over a batch: what it computes and on what; host numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "kernels/support/random.h"
#include "rnn4j/rnn4j.h"

namespace testing {

struct RecurrentProblem {
  std::string name;  // in the notation of the problem lists, with the options behind
  rnn4j_cell_kind kind = RNN4J_CELL_LSTM;
  int rows = 3;
  int steps = 5;
  int capacity = 7;
  int input = 4;
  int units = 6;
  int output = 6;  // differs from units: a projection
  uint64_t seed = 1;

  bool has_lengths = false;
  bool has_mask = false;
  bool backwards = false;
  bool within_length = false;
  bool flipped = false;
  bool repeat_previous = false;
  bool repeats_across_calls = false;
  bool residual = false;  // input == output
  bool empty_row_zero = false;

  rnn4j_activation gate{RNN4J_SIGMOID, 0, 0, 0};
  rnn4j_activation candidate{RNN4J_TANH, 0, 0, 0};
  rnn4j_activation activation{RNN4J_TANH, 0, 0, 0};
  bool has_bias = true;
  float forget_bias = 0.0f;
  bool has_peephole = false;
  float cell_clip = std::numeric_limits<float>::quiet_NaN();
  float preactivation_clip = std::numeric_limits<float>::quiet_NaN();
  float projection_clip = std::numeric_limits<float>::quiet_NaN();
  bool clip_output_activation = false;
  bool output_of_candidate = false;
  int coupling = RNN4J_COUPLING_NONE;
  bool reset_after = false;

  int gates() const { return kind == RNN4J_CELL_LSTM ? 4 : kind == RNN4J_CELL_GRU ? 3 : 1; }
  bool projects() const { return output != units; }
  int cell_state() const { return kind == RNN4J_CELL_LSTM ? units : 0; }
};

/// Canonical weights, and inputs in memory of `capacity` steps; everything that must not be read is NaN.
struct RecurrentData {
  std::vector<float> x;  // [B, capacity, I]
  std::vector<float> input_kernel, recurrent_kernel, bias, recurrent_bias, peephole, projection, projection_bias;
  std::vector<float> h0, c0;     // [B, P], [B, H]
  std::vector<int32_t> lengths;  // [B] or empty
  std::vector<uint8_t> mask;     // [B, capacity] or empty
  std::vector<uint8_t> seen;     // [B]

  int length(const RecurrentProblem& p, int row) const {
    return lengths.empty() ? p.steps : lengths[static_cast<size_t>(row)];
  }
  bool counts(const RecurrentProblem& p, int row, int time) const {
    return time < length(p, row) &&
           (mask.empty() || mask[static_cast<size_t>(row * p.capacity + time)] != 0);
  }
};

inline size_t product(int a, int b, int c = 1) {
  return static_cast<size_t>(a) * static_cast<size_t>(b) * static_cast<size_t>(c);
}

inline RecurrentData data_of(const RecurrentProblem& p) {
  Random random(p.seed);
  RecurrentData d;
  const float scale = 1.0f / std::sqrt(static_cast<float>(p.input + p.output));
  d.input_kernel = random.uniforms(product(p.gates(), p.units, p.input), 1.5f * scale);
  d.recurrent_kernel = random.uniforms(product(p.gates(), p.units, p.output), 1.5f * scale);
  if (p.has_bias) d.bias = random.uniforms(product(p.gates(), p.units), 0.5f);
  if (p.kind == RNN4J_CELL_GRU && p.reset_after && p.has_bias) d.recurrent_bias = random.uniforms(product(p.units, 1), 0.5f);
  if (p.has_peephole) d.peephole = random.uniforms(product(3, p.units), 0.5f);
  if (p.projects()) {
    d.projection = random.uniforms(product(p.output, p.units), 1.5f / std::sqrt(static_cast<float>(p.units)));
    if (p.has_bias) d.projection_bias = random.uniforms(product(p.output, 1), 0.2f);
  }
  d.x = random.uniforms(product(p.rows, p.capacity, p.input), 1.0f);
  d.h0 = random.uniforms(product(p.rows, p.output), 0.8f);
  d.c0 = random.uniforms(product(p.rows, p.units), 0.8f);
  d.seen.resize(product(p.rows, 1));
  for (uint8_t& seen : d.seen) seen = random.coin() ? 1 : 0;
  if (p.has_lengths) {
    for (int row = 0; row < p.rows; row++) {
      // 0 and T are always among them.
      d.lengths.push_back(row == 0 ? 0 : row == 1 ? p.steps : random.below(p.steps + 1));
    }
  }
  if (p.has_mask) {
    d.mask.resize(product(p.rows, p.capacity));
    for (uint8_t& one : d.mask) one = random.below(3) != 0 ? 1 : 0;
  }
  for (int row = 0; row < p.rows; row++) {
    for (int time = 0; time < p.capacity; time++) {
      if (time < p.steps && d.counts(p, row, time)) continue;
      for (int i = 0; i < p.input; i++) {
        d.x[product(row * p.capacity + time, p.input) + static_cast<size_t>(i)] = std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
  return d;
}

struct RecurrentResult {
  std::vector<double> sequence;  // [B, capacity, P]; 0 from T on
  std::vector<double> h;         // [B, P]
  std::vector<double> c;         // [B, H]
  std::vector<double> last;      // [B, P]
};

}  // namespace testing
