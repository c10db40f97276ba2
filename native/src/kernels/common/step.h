// What the kernels of one time step of one direction share: which step it is, where its output goes.
//
// Step s is the s-th that a row reads. Its time t: s forwards; T-1-s backwards; within_length: length-1-s while
// s < length, then s. A row has the step if t < length and the mask has it. A row that has not keeps its state,
// and nothing of its pre-activations reaches memory. Steps s in [T, capacity) exist for no row: they are launched
// all the same (a graph is captured for a capacity), pass h on and write zeros at position s.
#pragma once

#include <cstdint>

#include "kernels/common/number_type.h"
#include "kernels/common/validity.h"

namespace rnn4j::kernels {

constexpr int32_t kNoStepYet = -1;
constexpr int32_t kEarlierCall = -2;

// What a row has seen, by direction; set by launch_initial_state, kept by whichever kernel writes h. Carried from chunk
// to chunk of a call, except where a residual needs x at `latest`: then the call may not be cut.
struct RowProgress {
  int32_t latest;        // time of the latest step that counted, kNoStepYet, or kEarlierCall
  int32_t last_counted;  // 1 if the latest step within the row's length counted
};

struct StepPlace {
  int rows;              // B >= 1
  int step;              // s
  Validity validity;
  bool backwards;
  bool within_length;
  RowProgress* progress;  // [B]
};

// Pre-activations of the input for all steps of a chunk, without bias: element (b, t) begins at
// data + b * row_stride + (t - first) * step_stride. [B, capacity, G H] batch-major: row_stride = capacity * G H,
// step_stride = G H, first = 0. In the order of steps: data is that of step s, step_stride = 0, whatever its time.
struct InputPart {
  const float* data;
  int64_t row_stride;
  int64_t step_stride;
  int first;
};

// Where a kernel that finishes a step puts h.
struct StepOutput {
  int width;              // P
  const float* h;         // [B, P] before the step
  float* h_next;          // [B, P] after it; not h
  void* h_next_rounded;   // [B, P] the same in `rounded`, for the next step's product; null: not wanted
  NumberType rounded;     // kHalf or kBfloat16 where h_next_rounded is given
  float* sequence;        // [B, capacity, sequence_width], or null: only the state is wanted
  int sequence_width;
  int sequence_offset;    // first column of this direction
  bool flipped;           // position of time t is T-1-t
  bool repeat_previous;   // a step that does not count repeats the previous output, else it is 0
  const float* residual;  // the layer's input x [B, capacity, residual_width], added to the output, or null
  int residual_width;
  int residual_offset;    // column that meets this direction's first
};

}  // namespace rnn4j::kernels
