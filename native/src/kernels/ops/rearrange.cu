// Copies: repeated, with permuted axes, between layouts of steps, in another number type.
//
// Semantics   docs/semantics.md, reshaping layers; StepLayout in the header
// Reads       x
// Writes      y, all of it
// Aliasing    none; y of launch_round may not be x
// Precision   copies; launch_round to nearest even
// Parallel    one thread per element of y (of x for launch_repeat's inner)
// Limits      none
#include "kernels/ops/rearrange.h"

#include "kernels/common/checks.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/rounded.cuh"
#include "kernels/common/unroll.h"

namespace rnn4j::kernels {
namespace {

__global__ void repeat_kernel(RepeatParams p) {
  for_each_place(p.outer * p.count, p.inner, [&](int64_t row, int64_t column) {
    p.y[row * p.inner + column] = p.x[row / p.count * p.inner + column];
  });
}

// The axes of y, last first, and how far apart their elements lie in x; unused ones have extent 1.
struct PermutedAxes {
  int64_t extents[RNN4J_MAX_RANK];
  int64_t x_strides[RNN4J_MAX_RANK];
};

__global__ void permute_kernel(PermuteParams p, int64_t row_size, PermutedAxes axes) {
  for_each_place(p.rows, row_size, [&](int64_t row, int64_t j) {
    int64_t rest = j;
    int64_t from = row * row_size;
    RNN4J_UNROLL
    for (int axis = 0; axis < RNN4J_MAX_RANK; axis++) {
      from += rest % axes.extents[axis] * axes.x_strides[axis];
      rest /= axes.extents[axis];
    }
    p.y[row * row_size + j] = p.x[from];
  });
}

__device__ int64_t step_place(StepLayout layout, int64_t row, int64_t time, int64_t rows, int64_t steps, int64_t capacity) {
  switch (layout) {
    case StepLayout::kTimeMajor: return time * rows + row;
    case StepLayout::kBatchMajor: return row * steps + time;
    default: return row * capacity + time;
  }
}

__global__ void step_layout_kernel(StepLayoutParams p) {
  const int64_t steps = p.steps == nullptr ? p.capacity : *p.steps;
  const auto* x = static_cast<const uint32_t*>(p.x);
  auto* y = static_cast<uint32_t*>(p.y);
  for_each_place(static_cast<int64_t>(p.rows) * p.capacity, p.inner, [&](int64_t place, int64_t column) {
    const int64_t row = place / p.capacity;
    const int64_t time = place % p.capacity;
    const bool exists = time < steps;
    if (!exists && p.to != StepLayout::kCapacity) return;
    const int64_t from = step_place(p.from, row, time, p.rows, steps, p.capacity);
    const int64_t to = step_place(p.to, row, time, p.rows, steps, p.capacity);
    y[to * p.inner + column] = exists ? x[from * p.inner + column] : 0u;
  });
}

__global__ void round_kernel(RoundParams p) {
  for_each_element(p.count, [&](int64_t at) { store_rounded(p.y, p.to, at, p.x[at]); });
}

bool is_layout(StepLayout layout) {
  return layout == StepLayout::kCapacity || layout == StepLayout::kBatchMajor || layout == StepLayout::kTimeMajor;
}

// True if `axes` names every axis once.
bool is_permutation(const PermuteParams& p) {
  bool seen[RNN4J_MAX_RANK] = {};
  for (int axis = 0; axis < p.rank; axis++) {
    if (p.axes[axis] < 0 || p.axes[axis] >= p.rank || seen[p.axes[axis]] || p.extents[axis] < 0) return false;
    seen[p.axes[axis]] = true;
  }
  return true;
}

}  // namespace

bool supports(const RepeatParams& p) {
  return p.outer >= 0 && p.count >= 0 && p.inner >= 0 && p.x != nullptr && p.y != nullptr && p.x != p.y;
}

cudaError_t launch_repeat(const RepeatParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.outer == 0 || p.count == 0 || p.inner == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(repeat_kernel), shape_of(p.outer * p.count, p.inner), stream, p);
}

bool supports(const PermuteParams& p) {
  return p.rows >= 1 && p.rank >= 1 && p.rank <= RNN4J_MAX_RANK && p.x != nullptr && p.y != nullptr && p.x != p.y &&
         is_permutation(p);
}

cudaError_t launch_permute(const PermuteParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  int64_t row_size = 1;
  int64_t strides[RNN4J_MAX_RANK] = {};
  for (int axis = p.rank - 1; axis >= 0; axis--) {
    strides[axis] = row_size;
    row_size *= p.extents[axis];
  }
  if (row_size == 0) return cudaSuccess;
  PermutedAxes axes{};
  for (int i = 0; i < RNN4J_MAX_RANK; i++) {
    const int axis = p.rank - 1 - i;
    axes.extents[i] = axis < 0 ? 1 : p.extents[p.axes[axis]];
    axes.x_strides[i] = axis < 0 ? 0 : strides[p.axes[axis]];
  }
  return launch(RNN4J_KERNEL(permute_kernel), shape_of(p.rows, row_size), stream, p, row_size, axes);
}

bool supports(const StepLayoutParams& p) {
  return p.rows >= 1 && p.capacity >= 0 && p.inner >= 0 && is_layout(p.from) && is_layout(p.to) && p.x != nullptr &&
         p.y != nullptr && p.x != p.y;
}

cudaError_t launch_step_layout(const StepLayoutParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t places = static_cast<int64_t>(p.rows) * p.capacity;
  if (places == 0 || p.inner == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(step_layout_kernel), shape_of(places, p.inner), stream, p);
}

bool supports(const RoundParams& p) {
  return p.count >= 0 && p.x != nullptr && p.y != nullptr && p.x != p.y && is_rounded(p.to);
}

cudaError_t launch_round(const RoundParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.count == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(round_kernel), shape_of(p.count), stream, p);
}

}  // namespace rnn4j::kernels
