// What rows of one direction begin with.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/step.h"

namespace rnn4j::kernels {

// By row: `given`, else `wired` where the row has not started, else the state's row.
struct InitialPart {
  int width;           // P or H; 0: the cell has no such state
  const float* given;  // [B, width], or null
  const float* wired;  // [B, width], or null
  const float* state;  // [state rows, width]
  float* dst;          // [B, width]
  void* dst_rounded;   // [B, width] the same in `rounded`, or null
};

struct InitialStateParams {
  int rows;
  InitialPart h;
  InitialPart c;
  NumberType rounded;
  const int32_t* state_rows;  // [B] row of the state; null: b
  const uint8_t* started;     // [B]; null: all 0
  const uint8_t* seen;        // [B] 1 where earlier calls gave the row steps; null: all 0
  // RNN4J_PADDED_PREVIOUS without residual and without given h: rows that have seen steps repeat from the start.
  bool repeats_across_calls;
  RowProgress* progress;      // [B] out; null: left as it is (a later chunk of a call)
};

bool supports(const InitialStateParams& params);
cudaError_t launch_initial_state(const InitialStateParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
