// LSTM with a projection, after the projection's product: bias, clip, and the step's output.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/step.h"

namespace rnn4j::kernels {

struct ProjectionStepParams {
  StepPlace place;
  StepOutput output;
  const float* z;     // [B, P] between * projection'
  const float* bias;  // [P], or null
  float clip;         // NaN: none
};

bool supports(const ProjectionStepParams& params);
cudaError_t launch_projection_step(const ProjectionStepParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
