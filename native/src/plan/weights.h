// A program's weights on the device, packed as the kernels want them. Made once; immutable.
#pragma once

#include <vector>

#include "device/memory.h"
#include "kernels/common/number_type.h"
#include "plan/program.h"

namespace rnn4j {

/// Device pointers; null where there is none.
struct CellWeights {
  const void* input_kernel = nullptr;      // [G H, I], in the number type of the program's products
  const void* recurrent_kernel = nullptr;  // [G H, P], the same
  const void* projection = nullptr;        // [P, H], the same
  const float* bias = nullptr;             // [G H], in the order of the kernels' rows
  const float* recurrent_bias = nullptr;   // [H]
  const float* peephole = nullptr;         // [3, H]
  const float* projection_bias = nullptr;  // [P]
};

struct OpWeights {
  std::array<CellWeights, 2> cells;
  const void* kernel = nullptr;  // dense [O, I] as the products want it; an embedding's table in float
  const float* bias = nullptr;   // dense; a constant's value
};

/// The type of weights and inputs of products.
kernels::NumberType product_type(int32_t precision);

class PackedWeights {
 public:
  /// Packs and uploads; returns when the device has everything.
  explicit PackedWeights(const Program& program);

  const OpWeights& of(size_t op) const { return ops_[op]; }
  int64_t bytes() const { return static_cast<int64_t>(memory_.bytes()); }

 private:
  DeviceMemory memory_;
  std::vector<OpWeights> ops_;
};

}  // namespace rnn4j
