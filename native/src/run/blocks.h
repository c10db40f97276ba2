// The memory that calls of one executable share; it grows to what the largest call took.
#pragma once

#include <cstddef>

#include "device/memory.h"
#include "run/segment.h"

namespace rnn4j {

/// Not thread-safe; used under the executable's lock.
class Blocks {
 public:
  bool fits(const Layout& layout) const;
  /// Makes room for a layout. What was there may move, which ends all captured graphs.
  void fit(const Layout& layout);
  /// The same of what lies between input and output alone.
  void fit_work(const Layout& layout);
  size_t work_bytes() const { return work_.bytes(); }

  Addresses addresses(int32_t parity) const;
  std::byte* pinned_input(int32_t parity) const { return pairs_[parity].pinned_input.as<>(); }
  std::byte* pinned_output(int32_t parity) const { return pairs_[parity].pinned_output.as<>(); }

  int64_t device_bytes() const;
  int64_t pinned_bytes() const;

 private:
  struct Pair {
    DeviceMemory input;
    DeviceMemory output;
    PinnedMemory pinned_input;
    PinnedMemory pinned_output;
  };

  DeviceMemory work_;
  Pair pairs_[2];
};

}  // namespace rnn4j
