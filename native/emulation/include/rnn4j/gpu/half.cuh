// 16-bit storage types: load, store, convert, pair packing; arithmetic is done in float. The pair of
// include-cuda/rnn4j/gpu/half.cuh. Conversions from float round to nearest, ties to even.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>

namespace rnn4j::gpu {

struct Half {
  uint16_t bits;
};

struct Bfloat16 {
  uint16_t bits;
};

inline float to_float(float value) { return value; }

inline float to_float(Half value) {
  _Float16 half;
  std::memcpy(&half, &value.bits, 2);
  return static_cast<float>(half);
}

inline float to_float(Bfloat16 value) {
  return __uint_as_float(static_cast<uint32_t>(value.bits) << 16);
}

template <typename T>
T from_float(float value);

template <>
inline float from_float<float>(float value) { return value; }

template <>
inline Half from_float<Half>(float value) {
  const _Float16 half = static_cast<_Float16>(value);
  Half result;
  std::memcpy(&result.bits, &half, 2);
  return result;
}

template <>
inline Bfloat16 from_float<Bfloat16>(float value) {
  if (value != value) return {0x7fff};
  const uint32_t bits = __float_as_uint(value);
  return {static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16)};
}

inline uint16_t bits_of(Half value) { return value.bits; }
inline uint16_t bits_of(Bfloat16 value) { return value.bits; }

template <typename T>
T from_bits(uint16_t bits) { return {bits}; }

/// Two neighbours as one register, `low` at the lower address.
template <typename T>
uint32_t pack(T low, T high) {
  return static_cast<uint32_t>(bits_of(low)) | static_cast<uint32_t>(bits_of(high)) << 16;
}
template <typename T>
T unpack_low(uint32_t pair) { return from_bits<T>(static_cast<uint16_t>(pair & 0xffffu)); }
template <typename T>
T unpack_high(uint32_t pair) { return from_bits<T>(static_cast<uint16_t>(pair >> 16)); }

}  // namespace rnn4j::gpu
