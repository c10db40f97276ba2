// Concatenation, one launch for each input.
//
// Semantics   docs/semantics.md, joining layers
// Reads       x [outer,run], or x [B,capacity,inner] with its validity
// Writes      its part of y; along the steps also of mask_out
// Aliasing    none
// Precision   copies
// Parallel    one thread per element
// Limits      along the steps, first + T <= y_capacity: what lies beyond is not written
#include "kernels/ops/concat.h"

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/validity.cuh"

namespace rnn4j::kernels {
namespace {

__global__ void concat_kernel(ConcatParams p) {
  for_each_place(p.outer, p.run, [&](int64_t row, int64_t column) {
    p.y[row * p.y_run + p.y_offset + column] = p.x[row * p.run + column];
  });
}

__global__ void concat_steps_kernel(ConcatStepsParams p, int64_t columns) {
  const int steps = steps_of(p.validity);
  const int64_t first = p.first == nullptr ? p.first_known : *p.first;
  for_each_place(static_cast<int64_t>(p.rows) * p.validity.capacity, columns, [&](int64_t place, int64_t column) {
    const int64_t row = place / p.validity.capacity;
    const int time = static_cast<int>(place % p.validity.capacity);
    const int64_t position = first + time;
    if (time >= steps || position >= p.y_capacity) return;
    const int64_t y_place = row * p.y_capacity + position;
    if (column < p.inner) p.y[y_place * p.inner + column] = p.x[place * p.inner + column];
    if (column == 0 && p.mask_out != nullptr) p.mask_out[y_place] = counts(p.validity, row, time) ? 1 : 0;
  });
}

}  // namespace

bool supports(const ConcatParams& p) {
  return p.outer >= 0 && p.run >= 0 && p.y_offset >= 0 && p.y_offset + p.run <= p.y_run && p.x != nullptr &&
         p.y != nullptr;
}

cudaError_t launch_concat(const ConcatParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.outer == 0 || p.run == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(concat_kernel), shape_of(p.outer, p.run), stream, p);
}

bool supports(const ConcatStepsParams& p) {
  return p.rows >= 1 && p.inner >= 0 && p.validity.capacity >= 0 && p.y_capacity >= 0 && p.x != nullptr &&
         p.y != nullptr && (p.first != nullptr || p.first_known >= 0);
}

cudaError_t launch_concat_steps(const ConcatStepsParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t places = static_cast<int64_t>(p.rows) * p.validity.capacity;
  if (places == 0) return cudaSuccess;
  const int64_t columns = std::max(p.inner, 1);
  return launch(RNN4J_KERNEL(concat_steps_kernel), shape_of(places, columns), stream, p, columns);
}

}  // namespace rnn4j::kernels
