// y = f(x + bias): a dense layer's bias, an activation, or both.
//
// Semantics   docs/semantics.md, activations; formulas in common/gate_math.h
// Reads       x [N,width], bias [width]
// Writes      y [N,width]
// Aliasing    y may be x
// Precision   float
// Parallel    one thread per element
// Limits      none
#include "kernels/ops/activate.h"

#include "kernels/common/gate_math.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"

namespace rnn4j::kernels {
namespace {

__global__ void activate_kernel(ActivateParams p) {
  for_each_place(p.positions, p.width, [&](int64_t position, int64_t column) {
    const int64_t at = position * p.width + column;
    const float x = p.bias == nullptr ? p.x[at] : p.x[at] + p.bias[column];
    p.y[at] = activate(p.activation, x);
  });
}

}  // namespace

bool supports(const ActivateParams& p) {
  return p.positions >= 0 && p.width >= 0 && p.x != nullptr && p.y != nullptr && is_activation(p.activation);
}

cudaError_t launch_activate(const ActivateParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.positions == 0 || p.width == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(activate_kernel), shape_of(p.positions, p.width), stream, p);
}

}  // namespace rnn4j::kernels
