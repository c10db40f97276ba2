// Steps whose features all equal a number do not count and become 0.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/validity.h"

namespace rnn4j::kernels {

struct MaskingParams {
  int rows;              // B
  Validity validity;     // of x; its lengths hold for y unchanged
  int inner;             // features of a step
  const float* x;        // [B, capacity, inner]
  float number;
  float* y;              // [B, capacity, inner]; may be x
  uint8_t* mask_out;     // [B, capacity]: x's mask and not all equal; 0 from T on
};

bool supports(const MaskingParams& params);
cudaError_t launch_masking(const MaskingParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
