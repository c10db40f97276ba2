// LSTM, elementwise part of one time step (after the two products).
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/step.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

// Gates lie interleaved: column 4 u + g of unit u, g in i f c o (pack_gates).
struct LstmStepParams {
  StepPlace place;
  StepOutput output;        // P = units; unused where `between` or `between_rounded` is given
  InputPart z_x;            // [B, T, 4H]
  const float* z_h;         // [B, 4H]
  const float* bias;        // [4H] interleaved, without forget_bias; or null
  float* c;                 // [B, H], in place
  float* between;           // [B, H] o * output(c'), what a projection reads; null without a projection
  void* between_rounded;    // [B, H] the same in output.rounded; one of the two suffices
  int units;                // H
  float forget_bias;        // added to f's pre-activation after the preactivation clip
  rnn4j_activation gate;    // of i f o
  rnn4j_activation candidate;
  rnn4j_activation activation;  // between c' and the output gate
  const float* peephole;    // [3, H] of i f o, or null
  float cell_clip;          // NaN: none
  float preactivation_clip; // NaN: none
  bool clip_output_activation;
  bool output_of_candidate;
  int coupling;             // rnn4j_coupling
};

// True for the cell without options: sigmoid gates, tanh twice, no peephole, clip or coupling.
bool is_plain(const LstmStepParams& params);
bool supports(const LstmStepParams& params);
cudaError_t launch_lstm_step(const LstmStepParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
