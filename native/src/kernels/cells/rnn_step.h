// Plain recurrent cell, elementwise part of one time step.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/step.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

struct RnnStepParams {
  StepPlace place;
  StepOutput output;           // P = units
  InputPart z_x;               // [B, T, H]
  const float* z_h;            // [B, H]
  const float* bias;           // [H], or null
  int units;                   // H
  rnn4j_activation activation;
  float preactivation_clip;    // NaN: none
};

bool supports(const RnnStepParams& params);
cudaError_t launch_rnn_step(const RnnStepParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
