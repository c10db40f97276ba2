// The part of a step that all cells share: which time a row reads, and where its h goes.
#pragma once

#include <cuda_runtime.h>

#include "kernels/common/rounded.cuh"
#include "kernels/common/step.h"
#include "kernels/common/validity.cuh"

namespace rnn4j::kernels {

struct RowStep {
  int steps;     // T
  int time;      // t; outside of [0, T) where the step does not exist
  bool exists;   // s < T
  bool within;   // the step is one of the row's own, counted by the mask or not
  bool counts;
};

__device__ inline RowStep row_step(const StepPlace& place, int64_t row) {
  const Validity& v = place.validity;
  const int s = place.step;
  const int steps = steps_of(v);
  const int length = length_of(v, row);
  RowStep at;
  at.steps = steps;
  at.exists = s < steps;
  at.time = !place.backwards ? s : !place.within_length ? steps - 1 - s : s < length ? length - 1 - s : s;
  at.within = at.exists && (s < length || (place.backwards && !place.within_length));
  at.counts = at.exists && at.time < length && (v.mask == nullptr || v.mask[row * v.capacity + at.time] != 0);
  return at;
}

// First pre-activation of a row; only for steps that count.
__device__ inline const float* pre_activations(const InputPart& z, int64_t row, int time) {
  return z.data + row * z.row_stride + (time - z.first) * z.step_stride;
}

// One thread a row and column. `h` is looked at only if the step counts. Threads of a row agree on whether it does:
// so `latest`, written where it counts and read where it does not, is not raced for.
__device__ inline void deliver(const StepPlace& place, const StepOutput& out, const RowStep& at, int64_t row,
                               int64_t column, float h) {
  const int64_t place_in_state = row * out.width + column;
  const float next = at.counts ? h : out.h[place_in_state];
  out.h_next[place_in_state] = next;
  if (out.h_next_rounded != nullptr) store_rounded(out.h_next_rounded, out.rounded, place_in_state, next);
  if (out.sequence != nullptr) {
    int source = at.counts ? at.time : kNoStepYet;
    if (!at.counts && at.exists && out.repeat_previous) source = place.progress[row].latest;
    float y = source == kNoStepYet ? 0.0f : next;
    const int64_t first = row * place.validity.capacity;
    if (out.residual != nullptr && source >= 0) {
      y += out.residual[(first + source) * out.residual_width + out.residual_offset + column];
    }
    const int position = !at.exists ? place.step : out.flipped ? at.steps - 1 - at.time : at.time;
    out.sequence[(first + position) * out.sequence_width + out.sequence_offset + column] = y;
  }
  if (column == 0) {
    if (at.counts) place.progress[row].latest = at.time;
    if (at.within) place.progress[row].last_counted = at.counts ? 1 : 0;
  }
}

}  // namespace rnn4j::kernels
