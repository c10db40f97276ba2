// Softmax along the last axis, or its logarithm.
//
//   d = x - max(x)      y = exp(d) / sum(exp(d))      or  d - log(sum(exp(d)))
//
// Semantics   docs/semantics.md, softmax; NaN or infinity in a position makes all of it NaN
// Reads       x [N,width]
// Writes      y [N,width]
// Aliasing    y may be x
// Precision   float; the sum in 32 parts, each lane's own first, then a butterfly
// Parallel    one warp per position
// Limits      width >= 1
#include "kernels/ops/softmax.h"

#include <math.h>

#include <rnn4j/gpu/device.cuh>

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"

namespace rnn4j::kernels {
namespace {

constexpr int kLanes = 32;
constexpr int kWarps = 8;

__global__ void softmax_kernel(SoftmaxParams p) {
  for_each_row(p.positions, [&](int64_t position) {
    const float* x = p.x + position * p.width;
    float* y = p.y + position * p.width;
    const int lane = static_cast<int>(threadIdx.x);
    float largest = -INFINITY;
    for (int j = lane; j < p.width; j += kLanes) largest = fmaxf(largest, x[j]);
    largest = gpu::warp_max(largest);
    float sum = 0.0f;
    for (int j = lane; j < p.width; j += kLanes) sum += expf(x[j] - largest);
    sum = gpu::warp_sum(sum);
    const float log_sum = logf(sum);
    for (int j = lane; j < p.width; j += kLanes) {
      const float d = x[j] - largest;
      y[j] = p.logarithm ? d - log_sum : expf(d) / sum;
    }
  });
}

}  // namespace

bool supports(const SoftmaxParams& p) {
  return p.positions >= 0 && p.width >= 1 && p.x != nullptr && p.y != nullptr;
}

cudaError_t launch_softmax(const SoftmaxParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.positions == 0) return cudaSuccess;
  const unsigned warps = covering_power_of_two(p.positions, kWarps);
  const int64_t blocks = std::min(kMaxBlocks, ceil_div(p.positions, warps));
  const LaunchShape shape{dim3(1, static_cast<unsigned>(blocks)), dim3(kLanes, warps)};
  return launch(RNN4J_KERNEL(softmax_kernel), shape, stream, p);
}

}  // namespace rnn4j::kernels
