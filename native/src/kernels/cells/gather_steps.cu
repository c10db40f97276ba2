// The inputs of a chunk of steps, in the order in which a direction reads them.
//
//   out[b,j,:] = x[b, time of step s + j in row b, :] if the step counts, else 0      j < count
//
// Semantics   kernels/common/step.h: which time a step is
// Reads       x [B,capacity,I], only where a step counts
// Writes      out [B,count,I]
// Aliasing    none
// Precision   copies, or rounds once to half or bfloat16
// Parallel    one thread per element, features along x
// Limits      none
#include "kernels/cells/gather_steps.h"

#include <rnn4j/gpu/device.cuh>

#include "kernels/common/checks.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/rounded.cuh"
#include "kernels/common/step.cuh"

namespace rnn4j::kernels {
namespace {

__global__ void gather_steps_kernel(GatherStepsParams p) {
  const int64_t rows = static_cast<int64_t>(p.place.rows) * p.count;
  for_each_place(rows, p.width, [&](int64_t position, int64_t column) {
    const int64_t row = position / p.count;
    StepPlace place = p.place;
    place.step += static_cast<int>(position % p.count);
    const RowStep at = row_step(place, row);
    const int64_t from = (row * place.validity.capacity + at.time) * p.width + column;
    const float x = at.counts ? p.x[from] : 0.0f;
    const int64_t to = position * p.width + column;
    if (p.type == NumberType::kFloat) {
      static_cast<float*>(p.out)[to] = x;
    } else {
      store_rounded(p.out, p.type, to, x);
    }
  });
}

}  // namespace

bool supports(const GatherStepsParams& p) {
  return is_valid(p.place) && p.count >= 1 && p.count <= p.place.validity.capacity - p.place.step && p.width >= 1 &&
         p.x != nullptr && p.out != nullptr && p.out != p.x && is_number_type(p.type);
}

cudaError_t launch_gather_steps(const GatherStepsParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t rows = static_cast<int64_t>(p.place.rows) * p.count;
  return launch(RNN4J_KERNEL(gather_steps_kernel), shape_of(rows, p.width), stream, p);
}

}  // namespace rnn4j::kernels
