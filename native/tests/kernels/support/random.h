// Numbers that a seed fixes on every machine.
#pragma once

#include <cstdint>
#include <vector>

namespace testing {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  /// SplitMix64.
  uint64_t word() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int below(int n) { return static_cast<int>(word() % static_cast<uint64_t>(n)); }
  bool coin() { return (word() & 1u) != 0; }
  /// In [-limit, limit), a multiple of limit / 2^23.
  float uniform(float limit) {
    return limit * (static_cast<float>(static_cast<int64_t>(word() >> 40)) / 8388608.0f - 1.0f);
  }
  std::vector<float> uniforms(size_t n, float limit) {
    std::vector<float> values(n);
    for (float& value : values) value = uniform(limit);
    return values;
  }

 private:
  uint64_t state_;
};

}  // namespace testing
