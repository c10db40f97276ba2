// What rows of one direction end with.
//
//   final    h, c = 0 for a row that never had a step, where the layer says so; copies for other ops
//   last     the row's last output, of which docs/semantics.md tells when it is 0
//   commit   a slot's rows into the state, unless the run has failed
//
// Semantics   docs/semantics.md, states and corner cases
// Reads       h [B,P], c [B,H], progress [B], status
// Writes      h, c in place, copies [B,P] [B,H], out [B,out_width], state rows
// Aliasing    copies, out and state are not h or c
// Precision   float, moved alone; last adds the residual input
// Parallel    one thread per (row, column)
// Limits      no two rows with the same row of the state
#include "kernels/states/final_state.h"

#include <algorithm>

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"

namespace rnn4j::kernels {
namespace {

__device__ void finish(float* value, float* copy, int width, int64_t row, int64_t column, bool zero) {
  if (column >= width) return;
  const int64_t at = row * width + column;
  if (zero) value[at] = 0.0f;
  if (copy != nullptr) copy[at] = zero ? 0.0f : value[at];
}

__global__ void final_state_kernel(FinalStateParams p, int widest) {
  for_each_row(p.rows, [&](int64_t row) {
    const bool unseen = p.seen == nullptr || p.seen[row] == 0;
    const bool zero = p.empty_row_zero && unseen && p.progress[row].latest == kNoStepYet;
    for_each_column(widest, [&](int64_t column) {
      finish(p.h, p.h_value, p.h_width, row, column, zero);
      finish(p.c, p.c_value, p.c_width, row, column, zero);
    });
  });
}

__global__ void last_output_kernel(LastOutputParams p) {
  for_each_row(p.rows, [&](int64_t row) {
    const RowProgress progress = p.progress[row];
    const bool present = p.repeat_previous ? progress.latest != kNoStepYet : progress.last_counted != 0;
    for_each_column(p.width, [&](int64_t column) {
      float y = present ? p.h[row * p.width + column] : 0.0f;
      if (present && p.residual != nullptr && progress.latest >= 0) {
        const int64_t step = row * p.capacity + progress.latest;
        y += p.residual[step * p.residual_width + p.residual_offset + column];
      }
      p.out[row * p.out_width + p.out_offset + column] = y;
    });
  });
}

__global__ void commit_state_kernel(CommitStateParams p) {
  if (p.status->code != 0) return;
  for_each_place(p.rows, p.width, [&](int64_t row, int64_t column) {
    const float value = p.src[row * p.width + column];
    const int64_t state_row = p.state_rows == nullptr ? row : p.state_rows[row];
    p.state[state_row * p.width + column] = value;
    if (p.final_out != nullptr) p.final_out[row * p.width + column] = value;
  });
}

}  // namespace

bool supports(const FinalStateParams& p) {
  return p.rows >= 1 && p.h_width >= 1 && p.h != nullptr && p.progress != nullptr && p.h_value != p.h &&
         (p.c_width == 0 || (p.c_width > 0 && p.c != nullptr && p.c_value != p.c));
}

cudaError_t launch_final_state(const FinalStateParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int widest = std::max(p.h_width, p.c_width);
  return launch(RNN4J_KERNEL(final_state_kernel), shape_of(p.rows, widest), stream, p, widest);
}

bool supports(const LastOutputParams& p) {
  const bool adds = p.residual == nullptr || (p.residual_offset >= 0 && p.capacity >= 1 &&
                                              p.residual_offset + p.width <= p.residual_width);
  return p.rows >= 1 && p.width >= 1 && p.h != nullptr && p.progress != nullptr && p.out != nullptr && p.out != p.h &&
         p.out_offset >= 0 && p.out_offset + p.width <= p.out_width && adds;
}

cudaError_t launch_last_output(const LastOutputParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  return launch(RNN4J_KERNEL(last_output_kernel), shape_of(p.rows, p.width), stream, p);
}

bool supports(const CommitStateParams& p) {
  return p.rows >= 1 && p.width >= 1 && p.src != nullptr && p.state != nullptr && p.state != p.src &&
         p.final_out != p.src && p.status != nullptr;
}

cudaError_t launch_commit_state(const CommitStateParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  return launch(RNN4J_KERNEL(commit_state_kernel), shape_of(p.rows, p.width), stream, p);
}

}  // namespace rnn4j::kernels
