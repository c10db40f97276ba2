// Steps whose features all equal a number do not count and become 0.
//
//   mask_out[b,t] = mask[b,t] and any(x[b,t,:] != number)      y[b,t,:] = any(x[b,t,:] != number) ? x[b,t,:] : 0
//
// Semantics   docs/semantics.md, masking; NaN differs from every number
// Reads       x [B,capacity,inner], mask [B,capacity]
// Writes      y [B,capacity,inner], mask_out [B,capacity]; steps from T on become 0
// Aliasing    y may be x, mask_out may be mask
// Precision   copies
// Parallel    one warp per step
// Limits      none
#include "kernels/ops/masking.h"

#include <rnn4j/gpu/device.cuh>

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/validity.cuh"

namespace rnn4j::kernels {
namespace {

constexpr int kLanes = 32;
constexpr int kWarps = 8;

__global__ void masking_kernel(MaskingParams p, int64_t positions) {
  const int lane = static_cast<int>(threadIdx.x);
  const int steps = steps_of(p.validity);
  for_each_row(positions, [&](int64_t position) {
    const bool exists = position % p.validity.capacity < steps;
    const float* x = p.x + position * p.inner;
    bool differs = false;
    for (int j = lane; exists && j < p.inner; j += kLanes) differs |= x[j] != p.number;
    differs = __any_sync(gpu::kFullMask, differs) != 0;
    for (int j = lane; j < p.inner; j += kLanes) p.y[position * p.inner + j] = differs ? x[j] : 0.0f;
    if (lane == 0) {
      const bool counted = p.validity.mask == nullptr || p.validity.mask[position] != 0;
      p.mask_out[position] = differs && counted ? 1 : 0;
    }
  });
}

}  // namespace

bool supports(const MaskingParams& p) {
  return p.rows >= 1 && p.validity.capacity >= 0 && p.inner >= 0 && p.x != nullptr && p.y != nullptr &&
         p.mask_out != nullptr;
}

cudaError_t launch_masking(const MaskingParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t positions = static_cast<int64_t>(p.rows) * p.validity.capacity;
  if (positions == 0) return cudaSuccess;
  const unsigned warps = covering_power_of_two(positions, kWarps);
  const int64_t blocks = std::min(kMaxBlocks, ceil_div(positions, warps));
  const LaunchShape shape{dim3(1, static_cast<unsigned>(blocks)), dim3(kLanes, warps)};
  return launch(RNN4J_KERNEL(masking_kernel), shape, stream, p, positions);
}

}  // namespace rnn4j::kernels
