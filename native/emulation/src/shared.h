// Dynamic shared memory of a block.
#pragma once

#include <cstddef>

#include "launch.h"

namespace rnn4j::emulation {

constexpr size_t kSharedStep = 128;
/// Arrays a kernel may carve; bounds the room that the gaps take.
constexpr unsigned kSharedArrays = 32;

/// Fresh, uninitialised shared memory for a block that begins.
void prepare_shared(Block& block, size_t dynamic_bytes);

}  // namespace rnn4j::emulation
