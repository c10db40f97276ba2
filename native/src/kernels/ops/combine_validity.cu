// Which steps count where values meet.
//
//   copy  as a      and  in both, lengths the smaller      or  in one, lengths the larger
//
// Semantics   docs/semantics.md, masks
// Reads       lengths [B] and masks [B,capacity] of a and b
// Writes      lengths_out [B], mask_out [B,capacity]; the mask is 0 from T on
// Aliasing    outputs may be those of a or b, mask for mask and lengths for lengths
// Precision   none
// Parallel    one thread per (row, step)
// Limits      kOr with lengths_out: see the header
#include "kernels/ops/combine_validity.h"

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/validity.cuh"

namespace rnn4j::kernels {
namespace {

__device__ int32_t length_by(const CombineValidityParams& p, int64_t row) {
  const int a = length_of(p.a, row);
  if (p.rule == ValidityRule::kCopy) return a;
  const int b = length_of(p.b, row);
  return p.rule == ValidityRule::kAnd ? (a < b ? a : b) : (a < b ? b : a);
}

__device__ bool counts_by(const CombineValidityParams& p, int64_t row, int time) {
  const bool a = counts(p.a, row, time);
  if (p.rule == ValidityRule::kCopy) return a;
  const bool b = counts(p.b, row, time);
  return p.rule == ValidityRule::kAnd ? a && b : a || b;
}

__global__ void combine_lengths_kernel(CombineValidityParams p) {
  for_each_element(p.rows, [&](int64_t row) { p.lengths_out[row] = length_by(p, row); });
}

__global__ void combine_masks_kernel(CombineValidityParams p) {
  for_each_place(p.rows, p.a.capacity, [&](int64_t row, int64_t time) {
    p.mask_out[row * p.a.capacity + time] = counts_by(p, row, static_cast<int>(time)) ? 1 : 0;
  });
}

}  // namespace

bool supports(const CombineValidityParams& p) {
  const bool known =
      p.rule == ValidityRule::kCopy || p.rule == ValidityRule::kAnd || p.rule == ValidityRule::kOr;
  const bool same = p.rule == ValidityRule::kCopy || p.a.capacity == p.b.capacity;
  const bool widens = p.rule == ValidityRule::kOr && p.lengths_out != nullptr;
  const bool lengths_alone = p.a.mask == nullptr && p.b.mask == nullptr && p.mask_out == nullptr;
  return p.rows >= 1 && p.a.capacity >= 0 && known && same && (p.lengths_out != nullptr || p.mask_out != nullptr) &&
         (!widens || lengths_alone);
}

// Masks first: they read the lengths, which may be overwritten after.
cudaError_t launch_combine_validity(const CombineValidityParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.mask_out != nullptr && p.a.capacity > 0) {
    const cudaError_t error =
        launch(RNN4J_KERNEL(combine_masks_kernel), shape_of(p.rows, p.a.capacity), stream, p);
    if (error != cudaSuccess) return error;
  }
  if (p.lengths_out == nullptr) return cudaSuccess;
  return launch(RNN4J_KERNEL(combine_lengths_kernel), shape_of(p.rows), stream, p);
}

}  // namespace rnn4j::kernels
