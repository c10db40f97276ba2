// What rows of one direction end with: the rule for rows without a step, values for other ops, the last output;
// and, at the end of a run, the move into the session's state.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/run_status.h"
#include "kernels/common/step.h"

namespace rnn4j::kernels {

// h and c are those after the last step: h is buffer capacity % 2 where step s reads buffer s % 2.
struct FinalStateParams {
  int rows;
  int h_width;                  // P
  int c_width;                  // H, or 0
  float* h;                     // [B, P], in place
  float* c;                     // [B, H], in place, or null
  float* h_value;               // [B, P] copy for other ops, or null
  float* c_value;               // [B, H], or null
  bool empty_row_zero;          // a row that never had a step ends with 0
  const uint8_t* seen;          // [B]; null: all 0
  const RowProgress* progress;  // [B]
};

bool supports(const FinalStateParams& params);
cudaError_t launch_final_state(const FinalStateParams& params, cudaStream_t stream);

// Output where a layer gives only its last: h of a row whose last step counted (or, with repeat_previous, any
// step), plus the input of its latest step if residual; else 0.
struct LastOutputParams {
  int rows;
  int width;                    // P
  const float* h;               // [B, P] after the last step
  const RowProgress* progress;  // [B]
  bool repeat_previous;
  float* out;                   // [B, out_width]
  int out_width;
  int out_offset;               // first column of this direction
  const float* residual;        // x [B, capacity, residual_width], or null
  int residual_width;
  int residual_offset;
  int capacity;
};

bool supports(const LastOutputParams& params);
cudaError_t launch_last_output(const LastOutputParams& params, cudaStream_t stream);

// One slot's h or c into the state and to the caller, unless the run has failed: then nothing is written.
struct CommitStateParams {
  int rows;
  int width;
  const float* src;           // [B, width]
  const int32_t* state_rows;  // [B]; null: b
  float* state;               // [state rows, width]
  float* final_out;           // [B, width], or null
  const RunStatus* status;
};

bool supports(const CommitStateParams& params);
cudaError_t launch_commit_state(const CommitStateParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
