// How a value lies in the caller's array, against how it lies in a block.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "plan/layout.h"
#include "plan/steps.h"
#include "run/call.h"

namespace rnn4j {

/// Steps [from, from + count) of a call.
struct Chunk {
  int32_t from;
  int32_t count;
};

/// The caller's [B, T, inner] or [T, B, inner] against ours, [B, capacity, inner].
struct ValueRows {
  int32_t rows;
  int32_t total;     // T of the caller's
  int32_t capacity;
  size_t inner;      // bytes of a step
  bool time_major;
  Chunk chunk;

  static constexpr size_t kElement = 4;  // float and int32 alike

  /// @param turned the caller's is time-major
  static ValueRows of(const StepRules& rules, const Call& call, const Layout& layout, int32_t value, bool turned,
                      Chunk chunk) {
    const Shape& real = call.shapes[static_cast<size_t>(value)];
    const bool follows = rules.timing(value) == Timing::kSteps && call.uniform;
    const int32_t total = real.steps();
    return {call.args.rows,
            total,
            layout.shape(value).steps(),
            static_cast<size_t>(real.elements(std::min(1, real.rank))) * kElement,
            turned,
            follows ? chunk : Chunk{0, total}};
  }

  static ValueRows of_input(const Program& program, const StepRules& rules, const Call& call, const Layout& layout,
                            int32_t value, Chunk chunk) {
    const bool turned = call.time_major() && program.values[static_cast<size_t>(value)].has_steps;
    return of(rules, call, layout, value, turned, chunk);
  }

  static ValueRows of_output(const StepRules& rules, const Call& call, const Layout& layout, int32_t value,
                             Chunk chunk) {
    const bool turned = call.time_major() && call.shapes[static_cast<size_t>(value)].rank >= 2;
    return of(rules, call, layout, value, turned, chunk);
  }

  /// copy(ours, theirs, bytes) for runs of bytes without gaps.
  template <typename Copy>
  void each(Copy copy) const {
    for (int32_t b = 0; b < rows; b++) {
      const size_t ours = static_cast<size_t>(b) * static_cast<size_t>(capacity) * inner;
      if (!time_major) {
        const size_t theirs = (static_cast<size_t>(b) * static_cast<size_t>(total) + static_cast<size_t>(chunk.from));
        copy(ours, theirs * inner, static_cast<size_t>(chunk.count) * inner);
        continue;
      }
      for (int32_t t = 0; t < chunk.count; t++) {
        const size_t theirs = static_cast<size_t>(chunk.from + t) * static_cast<size_t>(rows) + static_cast<size_t>(b);
        copy(ours + static_cast<size_t>(t) * inner, theirs * inner, inner);
      }
    }
  }
};

}  // namespace rnn4j
