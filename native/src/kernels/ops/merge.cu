// Elementwise combination of values, and of a layer's two directions.
//
//   y = x0 how x1 how ...      average: the sum / count; of directions: the sum * 0.5
//   with leaves_out, a step takes no part where it does not count; a product of nothing is 0, an extreme x0
//
// Semantics   docs/semantics.md, joining layers and directions
// Reads       inputs [B,extents], aligned at the end, extents 1 repeated
// Writes      y [B,extents]
// Aliasing    y may be an input of the same extents
// Precision   float, in the order of the inputs; NaN wins over both extremes
// Parallel    one thread per element
// Limits      kMaxMergeInputs inputs
#include "kernels/ops/merge.h"

#include <math.h>

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/validity.cuh"

namespace rnn4j::kernels {
namespace {

// As Java's Math.max and Math.min: fmaxf would drop a NaN.
__device__ float larger(float a, float b) { return isnan(a) || a > b ? a : isnan(b) ? b : fmaxf(a, b); }
__device__ float smaller(float a, float b) { return isnan(a) || a < b ? a : isnan(b) ? b : fminf(a, b); }

__device__ float combine(rnn4j_merge how, float a, float b) {
  switch (how) {
    case RNN4J_SUBTRACT: return a - b;
    case RNN4J_MULTIPLY: return a * b;
    case RNN4J_MAXIMUM: return larger(a, b);
    case RNN4J_MINIMUM: return smaller(a, b);
    default: return a + b;
  }
}

// The element of x that meets element j of row `row` of y.
__device__ float element(const MergeParams& p, const MergeInput& x, int64_t row, int64_t j) {
  int64_t offset = 0;
  int64_t stride = 1;
  const int lacks = p.rank - x.rank;
  for (int axis = x.rank - 1; axis >= 0; axis--) {
    const int extent = p.extents[lacks + axis];
    const int real = axis == 0 && x.steps != nullptr ? *x.steps : x.extents[axis];
    const int64_t index = real == 1 ? 0 : j % extent;
    // Memory of y beyond x's holds steps that do not exist.
    offset += (index < x.extents[axis] ? index : 0) * stride;
    j /= extent;
    stride *= x.extents[axis];
  }
  return x.data[row * stride + offset];
}

__global__ void merge_kernel(MergeParams p, int64_t row_size, int64_t step_size) {
  for_each_place(p.rows, row_size, [&](int64_t row, int64_t j) {
    const int time = static_cast<int>(j / step_size);
    float y = element(p, p.inputs[0], row, j);
    bool any = !p.inputs[0].leaves_out || counts(p.inputs[0].validity, row, time);
    for (int i = 1; i < p.count; i++) {
      const MergeInput& input = p.inputs[i];
      if (input.leaves_out && !counts(input.validity, row, time)) continue;
      const float x = element(p, input, row, j);
      y = any ? combine(p.how, y, x) : x;
      any = true;
    }
    if (p.how == RNN4J_AVERAGE) y /= static_cast<float>(p.count);
    if (p.how == RNN4J_MULTIPLY && !any) y = 0.0f;
    p.y[row * row_size + j] = y;
  });
}

__global__ void direction_merge_kernel(DirectionMergeParams p) {
  for_each_element(p.count, [&](int64_t at) {
    const float forward = p.forward[at];
    const float backward = p.backward[at];
    const float sum = forward + backward;
    p.y[at] = p.how == RNN4J_MERGE_MULTIPLY ? forward * backward : p.how == RNN4J_MERGE_AVERAGE ? sum * 0.5f : sum;
  });
}

int64_t product(const int* extents, int from, int to) {
  int64_t n = 1;
  for (int axis = from; axis < to; axis++) n *= extents[axis];
  return n;
}

bool is_valid(const MergeParams& p, const MergeInput& x) {
  if (x.data == nullptr || x.rank < 0 || x.rank > p.rank) return false;
  for (int axis = 0; axis < x.rank; axis++) {
    const int extent = p.extents[p.rank - x.rank + axis];
    const bool real_elsewhere = axis == 0 && x.steps != nullptr;
    if (x.extents[axis] < 1 || (x.extents[axis] != extent && x.extents[axis] != 1 && !real_elsewhere)) return false;
  }
  return !x.leaves_out || (x.rank == p.rank && p.rank >= 1 && x.validity.capacity == p.extents[0]);
}

}  // namespace

bool supports(const MergeParams& p) {
  if (p.rows < 1 || p.rank < 0 || p.rank > RNN4J_MAX_RANK || p.count < 1 || p.count > kMaxMergeInputs ||
      p.y == nullptr || p.how < RNN4J_ADD || p.how > RNN4J_MINIMUM) {
    return false;
  }
  if (product(p.extents, 0, p.rank) == 0) return true;
  for (int i = 0; i < p.count; i++) {
    if (!is_valid(p, p.inputs[i])) return false;
  }
  return true;
}

cudaError_t launch_merge(const MergeParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t row_size = product(p.extents, 0, p.rank);
  if (row_size == 0) return cudaSuccess;
  const int64_t step_size = product(p.extents, std::min(1, p.rank), p.rank);
  return launch(RNN4J_KERNEL(merge_kernel), shape_of(p.rows, row_size), stream, p, row_size, step_size);
}

bool supports(const DirectionMergeParams& p) {
  const bool known = p.how == RNN4J_MERGE_SUM || p.how == RNN4J_MERGE_MULTIPLY || p.how == RNN4J_MERGE_AVERAGE;
  return p.count >= 0 && p.forward != nullptr && p.backward != nullptr && p.y != nullptr && known;
}

cudaError_t launch_direction_merge(const DirectionMergeParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.count == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(direction_merge_kernel), shape_of(p.count), stream, p);
}

}  // namespace rnn4j::kernels
