// Between the caller's arrays and the pinned copies of the input and output blocks. Plain host code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan/layout.h"
#include "run/call.h"
#include "run/direct_copies.h"
#include "run/state_store.h"
#include "run/value_rows.h"

namespace rnn4j {

/// Where the rows of a call's states are.
struct StateRows {
  /// Null for a program without state.
  const StateStore* store;
  /// [B], the store's numbers.
  std::vector<int32_t> rows;
  /// Reads and writes the same version: for calls whose end the host does not see.
  bool in_place;
};

/// Writes parameters, inputs and given states of a chunk as the layout has them; not what is copied directly.
void pack(const Program& program, const StepRules& rules, const Call& call, const Layout& layout, Chunk chunk,
          const StateRows& states, const DirectCopies& direct, std::byte* input);

/// Gives the caller the outputs of a chunk that were not copied directly, and after the last one what is known then.
///
/// @param input the input block: an output may be one of the inputs
void unpack(const Program& program, const StepRules& rules, const Call& call, const Layout& layout, Chunk chunk,
            const DirectCopies& direct, const std::byte* input, const std::byte* output);

}  // namespace rnn4j
