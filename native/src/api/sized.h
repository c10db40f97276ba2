// Structs that begin with their own size: callers compiled against an older header give fewer fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "api/error.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j {

/// The size of a struct's first form: what every caller knows.
template <typename T>
inline constexpr size_t kFirstSize = sizeof(T);
template <>
inline constexpr size_t kFirstSize<rnn4j_run_args> = offsetof(rnn4j_run_args, states);

/// How much of a caller's struct of that size there is to read or write: a whole form of it.
template <typename T>
size_t known_bytes(uint32_t size, const char* name) {
  require(size >= kFirstSize<T>, name, ".size is ", size, "; this library (ABI ", RNN4J_ABI_VERSION,
          ") needs at least ", kFirstSize<T>);
  return size >= sizeof(T) ? sizeof(T) : kFirstSize<T>;
}

/// The caller's struct, fields that it does not know zero.
template <typename T>
T read_sized(const T* from, const char* name) {
  require(from != nullptr, name, " is NULL");
  T copy{};
  std::memcpy(&copy, from, known_bytes<T>(from->size, name));
  return copy;
}

/// Writes `from` into the caller's struct, whose size stays.
template <typename T>
void write_sized(T from, T* to, const char* name) {
  from.size = read_sized(to, name).size;
  std::memcpy(to, &from, known_bytes<T>(from.size, name));
}

}  // namespace rnn4j
