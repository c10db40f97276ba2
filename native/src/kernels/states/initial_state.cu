// What rows of one direction begin with: one launch before the first step.
//
//   row b = given, else wired where the row has not started, else the state's row
//
// Semantics   docs/semantics.md, states; RowProgress in common/step.h
// Reads       given, wired [B,width], state [rows of the state,width]
// Writes      dst [B,width] of h and c, progress [B]
// Aliasing    dst is none of the sources
// Precision   float; also in half or bfloat16
// Parallel    one thread per (row, column)
// Limits      no two rows with the same row of the state, for the sake of launch_commit_state
#include "kernels/states/initial_state.h"

#include <algorithm>

#include "kernels/common/checks.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/rounded.cuh"

namespace rnn4j::kernels {
namespace {

__device__ void load(const InitialPart& part, const InitialStateParams& p, int64_t row, int64_t column) {
  if (column >= part.width) return;
  const int64_t at = row * part.width + column;
  const bool wired = part.wired != nullptr && (p.started == nullptr || p.started[row] == 0);
  float value;
  if (part.given != nullptr) {
    value = part.given[at];
  } else if (wired) {
    value = part.wired[at];
  } else {
    const int64_t state_row = p.state_rows == nullptr ? row : p.state_rows[row];
    value = part.state[state_row * part.width + column];
  }
  part.dst[at] = value;
  if (part.dst_rounded != nullptr) store_rounded(part.dst_rounded, p.rounded, at, value);
}

__global__ void initial_state_kernel(InitialStateParams p, int widest) {
  for_each_place(p.rows, widest, [&](int64_t row, int64_t column) {
    load(p.h, p, row, column);
    load(p.c, p, row, column);
    if (column == 0 && p.progress != nullptr) {
      const bool repeats = p.repeats_across_calls && p.seen != nullptr && p.seen[row] != 0;
      p.progress[row] = {repeats ? kEarlierCall : kNoStepYet, 0};
    }
  });
}

bool is_valid(const InitialPart& part, NumberType rounded) {
  return part.width == 0 ||
         (part.width > 0 && part.dst != nullptr && (part.state != nullptr || part.given != nullptr) &&
          part.dst != part.state && part.dst != part.given && part.dst != part.wired &&
          (part.dst_rounded == nullptr || is_rounded(rounded)));
}

}  // namespace

bool supports(const InitialStateParams& p) {
  return p.rows >= 1 && p.h.width >= 1 && is_valid(p.h, p.rounded) && is_valid(p.c, p.rounded);
}

cudaError_t launch_initial_state(const InitialStateParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int widest = std::max(p.h.width, p.c.width);
  return launch(RNN4J_KERNEL(initial_state_kernel), shape_of(p.rows, widest), stream, p, widest);
}

}  // namespace rnn4j::kernels
