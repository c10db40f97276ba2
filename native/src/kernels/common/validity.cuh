// Questions to a Validity, on the device.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/validity.h"

namespace rnn4j::kernels {

__device__ inline int steps_of(const Validity& v) { return v.steps == nullptr ? v.capacity : *v.steps; }

// T, or the row's length.
__device__ inline int length_of(const Validity& v, int64_t row) {
  const int steps = steps_of(v);
  if (v.lengths == nullptr) return steps;
  const int length = v.lengths[row];
  return length < steps ? length : steps;
}

// `time` in [0, capacity).
__device__ inline bool counts(const Validity& v, int64_t row, int time) {
  return time < length_of(v, row) && (v.mask == nullptr || v.mask[row * v.capacity + time] != 0);
}

}  // namespace rnn4j::kernels
