// One whole step of few rows in one kernel, products included: streaming.
#pragma once

#include <cuda_runtime.h>

#include "kernels/cells/cell_problem.h"
#include "kernels/common/step.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

constexpr int kMaxStreamingRows = 4;

// Plain cells: LSTM without options, GRU reset_after with sigmoid and tanh, RNN with tanh. The order of each sum
// depends on I and P alone, not on the rows beside it; it is not that of launch_gemm.
struct StreamingStepParams {
  StepPlace place;           // rows <= kMaxStreamingRows
  StepOutput output;         // P = units
  CellProblem problem;       // its rows are those of place
  const float* x;            // [B, capacity, I]
  const void* input_kernel;      // [G H, I] packed (pack_gates), in problem.weights
  const void* recurrent_kernel;  // [G H, H] packed
  const float* bias;             // [G H] packed, or null
  const float* recurrent_bias;   // GRU: [H], or null
  float forget_bias;             // LSTM
  float* c;                      // LSTM: [B, H], in place
};

/// Why the kernel does not run such a problem, for people; null where it does. The table of kernels asks it, and so does
/// the launcher.
const char* why_not_streaming_step(const CellProblem& problem);

/// That, and what its pointers must be.
bool supports(const StreamingStepParams& params);
cudaError_t launch_streaming_step(const StreamingStepParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
