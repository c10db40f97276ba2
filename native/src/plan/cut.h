// How the steps of a call are run: all at once, or in chunks that follow each other.
#pragma once

#include <string>

#include "plan/layout.h"
#include "plan/program.h"
#include "plan/steps.h"

namespace rnn4j {

/// What a call is, as far as memory is concerned.
struct CallSize {
  int32_t rows;
  int32_t steps;                // T
  bool uniform;                 // all values that follow the steps have T of them
  const std::vector<Shape>* shapes;
  LayoutRequest traits;         // lengths, mask, flags, slots; sizes are filled in
};

struct Cut {
  int32_t capacity;   // steps in memory, of the whole call or of each chunk
  int32_t chunks;
  bool padded;        // T, or that of the last chunk, may be less than the capacity
  int32_t gate_steps; // of LayoutRequest
  int64_t bytes;      // on the device: input and output blocks, values and scratch
};

/// The layout's request for a capacity, as of the only chunk.
LayoutRequest request_for(const StepRules& rules, const CallSize& size, int32_t capacity, bool padded,
                          int32_t gate_steps);

/// Throws RNN4J_OUT_OF_DEVICE_MEMORY if not even the smallest chunk fits into the program's limit, or why it cannot
/// be cut.
Cut cut(const Program& program, const StepRules& rules, const CallSize& size);

/// Calls longer than this are cut where they can be: copies of one chunk then go on while another is computed, and
/// graphs stay small.
constexpr int32_t kLongestWhole = 512;
/// What they are cut into; and where they cannot be, for how many steps the products of inputs are found at a time. Even,
/// as all chunks: the state after one must lie where the next one looks for it.
constexpr int32_t kUsualChunk = 256;

}  // namespace rnn4j
