// Offsets for arrays of which only some live at the same time.
#pragma once

#include <cstddef>
#include <vector>

namespace rnn4j {

/// First fit: an array gets the lowest offset at which nothing lies that lives while it does.
class SharedBytes {
 public:
  /// @param from, to first and last moment at which the array lives
  size_t place(size_t bytes, size_t from, size_t to);

  size_t bytes() const { return bytes_; }

 private:
  struct Array {
    size_t begin;
    size_t end;
    size_t from;
    size_t to;
  };

  std::vector<Array> arrays_;  // by `begin`
  size_t bytes_ = 0;
};

}  // namespace rnn4j
