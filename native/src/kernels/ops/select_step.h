// One step of a sequence.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/validity.h"

namespace rnn4j::kernels {

enum class SelectedStep { kFirst = 0, kLast = 1, kLastThatCounts = 2 };  // rnn4j_op.which

struct SelectStepParams {
  int rows;             // B
  Validity validity;    // of x
  SelectedStep which;
  bool own_steps;       // first and last of the row's length, not of T
  int inner;            // elements of a step
  const float* x;       // [B, capacity, inner]
  float* y;             // [B, inner]; 0 for a row without such a step
};

bool supports(const SelectStepParams& params);
cudaError_t launch_select_step(const SelectStepParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
