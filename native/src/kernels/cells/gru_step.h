// GRU, elementwise parts of one time step.
//
// Gates lie in blocks of H columns, z r h: packed is canonical (pack_gates).
// reset_after: one product h U' [B, 3H], then launch_gru_step.
// Reset before: h times rows [0, 2H) of the recurrent kernel, launch_gru_reset, its output times rows [2H, 3H),
// launch_gru_candidate.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/step.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

struct GruStepParams {
  StepPlace place;
  StepOutput output;             // P = units
  InputPart z_x;                 // [B, T, 3H]
  const float* z_h;              // [B, 3H]
  const float* bias;             // [3H], or null
  const float* recurrent_bias;   // [H], or null: added to z_h of h before r scales it
  int units;                     // H
  rnn4j_activation gate;         // of z r
  rnn4j_activation candidate;
  float preactivation_clip;      // NaN: none
};

bool supports(const GruStepParams& params);
cudaError_t launch_gru_step(const GruStepParams& params, cudaStream_t stream);

struct GruResetParams {
  StepPlace place;
  InputPart z_x;               // [B, T, 3H]
  const float* z_h;            // [B, 2H]
  const float* bias;           // [3H], or null
  const float* h;              // [B, H]
  float* update;               // [B, H] out: z
  float* reset;                // [B, H] out: r * h, or null
  void* reset_rounded;         // [B, H] the same in `rounded`, or null; one of the two suffices
  NumberType rounded;
  int units;
  rnn4j_activation gate;
  float preactivation_clip;
};

bool supports(const GruResetParams& params);
cudaError_t launch_gru_reset(const GruResetParams& params, cudaStream_t stream);

struct GruCandidateParams {
  StepPlace place;
  StepOutput output;    // P = units
  InputPart z_x;        // [B, T, 3H]
  const float* z_h;     // [B, H] (r * h) U_h'
  const float* bias;    // [3H], or null
  const float* update;  // [B, H] as launch_gru_reset left it
  int units;
  rnn4j_activation candidate;
  float preactivation_clip;
};

bool supports(const GruCandidateParams& params);
cudaError_t launch_gru_candidate(const GruCandidateParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
