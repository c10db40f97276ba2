// What a run found wrong on the device; the host zeroes it before a run and reads it after.
#pragma once

#include <cstdint>

namespace rnn4j::kernels {

// The first thread that finds something sets `code` and then the rest; which of several is first is open.
struct RunStatus {
  int32_t code;      // 0, or RNN4J_ID_OUT_OF_RANGE
  int32_t op;        // number that the launch was given
  int32_t row;
  int32_t position;  // within the row; the step where a step is one id
  int32_t id;        // as found; the bits of the float where ids are floats
};

}  // namespace rnn4j::kernels
