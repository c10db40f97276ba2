// Stores a float in one of the 16-bit types chosen at run time.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include <rnn4j/gpu/half.cuh>

#include "kernels/common/number_type.h"

namespace rnn4j::kernels {

__device__ inline void store_rounded(void* array, NumberType type, int64_t at, float value) {
  if (type == NumberType::kHalf) {
    static_cast<gpu::Half*>(array)[at] = gpu::from_float<gpu::Half>(value);
  } else {
    static_cast<gpu::Bfloat16*>(array)[at] = gpu::from_float<gpu::Bfloat16>(value);
  }
}

}  // namespace rnn4j::kernels
