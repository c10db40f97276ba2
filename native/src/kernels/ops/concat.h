// Concatenation, one launch for each input.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/validity.h"

namespace rnn4j::kernels {

// Along an axis after the steps: outer is the product of B and the extents before the axis.
struct ConcatParams {
  int64_t outer;
  int64_t run;       // elements of this input per outer index
  int64_t y_run;     // elements of the output per outer index
  int64_t y_offset;  // where this input's begin
  const float* x;    // [outer, run]
  float* y;          // [outer, y_run]
};

bool supports(const ConcatParams& params);
cudaError_t launch_concat(const ConcatParams& params, cudaStream_t stream);

// Along the steps: x's T steps follow those of the inputs before it, whose number is known on the device alone.
struct ConcatStepsParams {
  int rows;                // B
  int inner;               // elements of a step
  Validity validity;       // of x
  const float* x;          // [B, x capacity, inner]
  const int32_t* first;    // [1] steps of the inputs before; null: first_known
  int first_known;
  int y_capacity;          // first + T <= y_capacity
  float* y;                // [B, y_capacity, inner]
  uint8_t* mask_out;       // [B, y_capacity]: which of x's steps count, at their place; or null
};

bool supports(const ConcatStepsParams& params);
cudaError_t launch_concat_steps(const ConcatStepsParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
