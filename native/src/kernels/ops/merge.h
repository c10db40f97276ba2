// Elementwise combination of several values, and of a layer's two directions.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/validity.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

constexpr int kMaxMergeInputs = 16;

// Extents in memory, without batch; they meet the output's at the end, an extent 1 repeats.
struct MergeInput {
  const float* data;                 // [B, extents]
  int rank;
  int extents[RNN4J_MAX_RANK];
  // Real first extent, [1], where it differs from extents[0] in memory; a real 1 repeats too. Else null.
  const int32_t* steps;
  Validity validity;                 // read only where `leaves_out` of this input is set
  bool leaves_out;                   // steps that do not count here take no part
};

struct MergeParams {
  int rows;                          // B
  rnn4j_merge how;
  int count;                         // 1..kMaxMergeInputs
  MergeInput inputs[kMaxMergeInputs];
  int rank;                          // of y
  int extents[RNN4J_MAX_RANK];       // of y, in memory
  float* y;                          // [B, extents]; may be an input of the same extents
};

bool supports(const MergeParams& params);
cudaError_t launch_merge(const MergeParams& params, cudaStream_t stream);

struct DirectionMergeParams {
  int64_t count;
  rnn4j_direction_merge how;         // RNN4J_MERGE_SUM, _MULTIPLY or _AVERAGE
  const float* forward;              // [count]
  const float* backward;             // [count]
  float* y;                          // [count]; may be either
};

bool supports(const DirectionMergeParams& params);
cudaError_t launch_direction_merge(const DirectionMergeParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
