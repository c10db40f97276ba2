// Copies: repeated, with permuted axes, between layouts of steps, in another number type.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/number_type.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

// y[o, n, i] = x[o, i]. A constant: outer 1, count B. RepeatVector: outer B.
struct RepeatParams {
  int64_t outer;
  int64_t count;
  int64_t inner;
  const float* x;  // [outer, inner]
  float* y;        // [outer, count, inner]
};

bool supports(const RepeatParams& params);
cudaError_t launch_repeat(const RepeatParams& params, cudaStream_t stream);

// Extents are those in memory: where axis 0 moves, its capacity must be T.
struct PermuteParams {
  int rows;                     // B
  int rank;
  int extents[RNN4J_MAX_RANK];  // of x
  int axes[RNN4J_MAX_RANK];     // output axis k is input axis axes[k]
  const float* x;               // [B, extents]
  float* y;
};

bool supports(const PermuteParams& params);
cudaError_t launch_permute(const PermuteParams& params, cudaStream_t stream);

enum class StepLayout {
  kCapacity,   // [B, capacity, inner]: inside
  kBatchMajor, // [B, T, inner], T real: border
  kTimeMajor   // [T, B, inner]: border
};

// The T real steps from one layout to another; 4-byte elements, ids too. kCapacity beyond T becomes 0.
struct StepLayoutParams {
  int rows;              // B
  int capacity;
  const int32_t* steps;  // [1] T; null: capacity
  int inner;             // elements of a step
  StepLayout from;
  StepLayout to;
  const void* x;
  void* y;               // not x
};

bool supports(const StepLayoutParams& params);
cudaError_t launch_step_layout(const StepLayoutParams& params, cudaStream_t stream);

// Rounds to nearest even; beyond the range: infinity.
struct RoundParams {
  int64_t count;
  const float* x;
  void* y;
  NumberType to;  // kHalf or kBfloat16
};

bool supports(const RoundParams& params);
cudaError_t launch_round(const RoundParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
