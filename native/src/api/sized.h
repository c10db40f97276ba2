// Structs that begin with their own size: callers compiled against an older header give fewer fields.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "api/error.h"

namespace rnn4j {

/// The caller's struct, fields that it does not know zero.
template <typename T>
T read_sized(const T* from, const char* name) {
  require(from != nullptr, name, " is NULL");
  // Version 1 knows no shorter form of any struct.
  require(from->size >= sizeof(T), name, ".size is ", from->size, "; this library (ABI ", RNN4J_ABI_VERSION,
          ") needs at least ", sizeof(T));
  T copy;
  std::memcpy(&copy, from, sizeof(T));
  return copy;
}

/// Writes `from` into the caller's struct, whose size stays.
template <typename T>
void write_sized(T from, T* to, const char* name) {
  from.size = read_sized(to, name).size;
  std::memcpy(to, &from, sizeof(T));
}

}  // namespace rnn4j
