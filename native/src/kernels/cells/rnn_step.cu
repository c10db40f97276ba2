// Plain recurrent cell, elementwise part of one time step (after the two products).
//
//   h' = activation(clip(z_x + z_h + b))
//
// Semantics   docs/semantics.md, RNN
// Reads       z_x [B,T,H], z_h [B,H], h [B,H]
// Writes      h_next [B,H] and the sequence
// Aliasing    h_next is neither h nor z_h
// Precision   float; h_next also in half or bfloat16
// Parallel    one thread per (row, unit)
// Limits      none
#include "kernels/cells/rnn_step.h"

#include "kernels/common/checks.h"
#include "kernels/common/gate_math.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/step.cuh"

namespace rnn4j::kernels {
namespace {

__global__ void rnn_step_kernel(RnnStepParams p) {
  for_each_row(p.place.rows, [&](int64_t row) {
    const RowStep at = row_step(p.place, row);
    for_each_column(p.units, [&](int64_t unit) {
      float h = 0.0f;
      if (at.counts) {
        float z = pre_activations(p.z_x, row, at.time)[unit] + p.z_h[row * p.units + unit];
        if (p.bias != nullptr) z += p.bias[unit];
        h = activate(p.activation, clip_magnitude(z, p.preactivation_clip));
      }
      deliver(p.place, p.output, at, row, unit, h);
    });
  });
}

}  // namespace

bool supports(const RnnStepParams& p) {
  return is_valid(p.place) && is_valid(p.z_x) && is_valid(p.output) && p.output.width == p.units && p.units >= 1 &&
         p.z_h != nullptr && p.z_h != p.output.h_next && is_activation(p.activation);
}

cudaError_t launch_rnn_step(const RnnStepParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  return launch(RNN4J_KERNEL(rnn_step_kernel), shape_of(p.place.rows, p.units), stream, p);
}

}  // namespace rnn4j::kernels
