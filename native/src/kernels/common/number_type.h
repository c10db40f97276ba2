// The types in which weights and inputs of products are stored on the device.
#pragma once

namespace rnn4j::kernels {

enum class NumberType { kFloat, kHalf, kBfloat16 };

constexpr int bytes_of(NumberType type) { return type == NumberType::kFloat ? 4 : 2; }

}  // namespace rnn4j::kernels
