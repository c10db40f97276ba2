#include "plan/shared_bytes.h"

#include <algorithm>

#include "device/memory.h"

namespace rnn4j {

size_t SharedBytes::place(size_t bytes, size_t from, size_t to) {
  const size_t size = std::max(aligned(bytes), kAlignment);
  size_t begin = 0;
  for (const Array& other : arrays_) {
    const bool together = other.from <= to && from <= other.to;
    if (together && other.begin < begin + size) {
      begin = std::max(begin, other.end);
    }
  }
  const Array array{begin, begin + size, from, to};
  const auto behind = [](const Array& a, const Array& b) { return a.begin < b.begin; };
  arrays_.insert(std::upper_bound(arrays_.begin(), arrays_.end(), array, behind), array);
  bytes_ = std::max(bytes_, array.end);
  return begin;
}

}  // namespace rnn4j
