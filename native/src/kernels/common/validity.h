// Which steps of which rows count. All pointers are device memory.
#pragma once

#include <cstdint>

namespace rnn4j::kernels {

struct Validity {
  const int32_t* steps;    // [1] T, the steps there really are; null: capacity
  const int32_t* lengths;  // [B] in 0..T, or null: T for every row
  const uint8_t* mask;     // [B, capacity] 1 where a step counts, or null: all
  int capacity;            // steps in memory, >= T
};

}  // namespace rnn4j::kernels
