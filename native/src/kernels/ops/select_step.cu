// One step of a sequence: the first, the last, or the last that counts.
//
// Semantics   docs/semantics.md, last step; a row without the step gives 0
// Reads       x [B,capacity,inner], validity
// Writes      y [B,inner]
// Aliasing    none
// Precision   copies
// Parallel    one thread per (row, element); each looks for its row's step itself
// Limits      none
#include "kernels/ops/select_step.h"

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/validity.cuh"

namespace rnn4j::kernels {
namespace {

// Negative: there is none.
__device__ int selected(const SelectStepParams& p, int64_t row) {
  const int steps = steps_of(p.validity);
  const int length = length_of(p.validity, row);
  if (p.which == SelectedStep::kFirst) return (p.own_steps ? length : steps) > 0 ? 0 : -1;
  if (p.which == SelectedStep::kLast) return (p.own_steps ? length : steps) - 1;
  int time = length - 1;
  while (time >= 0 && !counts(p.validity, row, time)) time--;
  return time;
}

__global__ void select_step_kernel(SelectStepParams p) {
  for_each_row(p.rows, [&](int64_t row) {
    const int time = selected(p, row);
    for_each_column(p.inner, [&](int64_t j) {
      p.y[row * p.inner + j] = time < 0 ? 0.0f : p.x[(row * p.validity.capacity + time) * p.inner + j];
    });
  });
}

}  // namespace

bool supports(const SelectStepParams& p) {
  const bool known = p.which == SelectedStep::kFirst || p.which == SelectedStep::kLast ||
                     p.which == SelectedStep::kLastThatCounts;
  return p.rows >= 1 && p.validity.capacity >= 0 && p.inner >= 0 && p.x != nullptr && p.y != nullptr && known;
}

cudaError_t launch_select_step(const SelectStepParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.inner == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(select_step_kernel), shape_of(p.rows, p.inner), stream, p);
}

}  // namespace rnn4j::kernels
