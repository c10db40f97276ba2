// LSTM with a projection, end of one time step (after the projection's product).
//
//   h' = clip(z + b)
//
// Semantics   docs/semantics.md, LSTM
// Reads       z [B,P], h [B,P]
// Writes      h_next [B,P] and the sequence
// Aliasing    h_next is neither h nor z
// Precision   float; h_next also in half or bfloat16
// Parallel    one thread per (row, output)
// Limits      none
#include "kernels/cells/projection_step.h"

#include "kernels/common/checks.h"
#include "kernels/common/gate_math.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/step.cuh"

namespace rnn4j::kernels {
namespace {

__global__ void projection_step_kernel(ProjectionStepParams p) {
  for_each_row(p.place.rows, [&](int64_t row) {
    const RowStep at = row_step(p.place, row);
    for_each_column(p.output.width, [&](int64_t column) {
      float h = 0.0f;
      if (at.counts) {
        const float z = p.z[row * p.output.width + column];
        h = clip_magnitude(p.bias == nullptr ? z : z + p.bias[column], p.clip);
      }
      deliver(p.place, p.output, at, row, column, h);
    });
  });
}

}  // namespace

bool supports(const ProjectionStepParams& p) {
  return is_valid(p.place) && is_valid(p.output) && p.z != nullptr && p.z != p.output.h_next;
}

cudaError_t launch_projection_step(const ProjectionStepParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  return launch(RNN4J_KERNEL(projection_step_kernel), shape_of(p.place.rows, p.output.width), stream, p);
}

}  // namespace rnn4j::kernels
