// The inputs of some steps, in the order in which a direction reads them.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/step.h"

namespace rnn4j::kernels {

// For products of a chunk of steps: rows of a layer that reads from the end are at different times in the same step.
struct GatherStepsParams {
  StepPlace place;   // of the chunk's first step
  int count;         // steps of the chunk, within the capacity
  int width;         // I
  const float* x;    // [B, capacity, I]
  NumberType type;   // of out
  void* out;         // [B, count, I]; 0 where the step does not count
};

bool supports(const GatherStepsParams& params);
cudaError_t launch_gather_steps(const GatherStepsParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
