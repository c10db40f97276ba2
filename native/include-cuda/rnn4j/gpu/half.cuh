// 16-bit storage types: load, store, convert, pair packing; arithmetic is done in float. The pair of
// emulation/include/rnn4j/gpu/half.cuh. Conversions from float round to nearest, ties to even.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <cstdint>

namespace rnn4j::gpu {

using Half = __half;
using Bfloat16 = __nv_bfloat16;

__host__ __device__ inline float to_float(float value) { return value; }
__host__ __device__ inline float to_float(Half value) { return __half2float(value); }
__host__ __device__ inline float to_float(Bfloat16 value) { return __bfloat162float(value); }

template <typename T>
__host__ __device__ T from_float(float value);

template <>
__host__ __device__ inline float from_float<float>(float value) { return value; }
template <>
__host__ __device__ inline Half from_float<Half>(float value) { return __float2half_rn(value); }
template <>
__host__ __device__ inline Bfloat16 from_float<Bfloat16>(float value) { return __float2bfloat16_rn(value); }

__host__ __device__ inline uint16_t bits_of(Half value) { return __half_raw(value).x; }
__host__ __device__ inline uint16_t bits_of(Bfloat16 value) { return __nv_bfloat16_raw(value).x; }

template <typename T>
__host__ __device__ T from_bits(uint16_t bits);

template <>
__host__ __device__ inline Half from_bits<Half>(uint16_t bits) {
  __half_raw raw;
  raw.x = bits;
  return Half(raw);
}
template <>
__host__ __device__ inline Bfloat16 from_bits<Bfloat16>(uint16_t bits) {
  __nv_bfloat16_raw raw;
  raw.x = bits;
  return Bfloat16(raw);
}

/// Two neighbours as one register, `low` at the lower address.
template <typename T>
__host__ __device__ uint32_t pack(T low, T high) {
  return static_cast<uint32_t>(bits_of(low)) | static_cast<uint32_t>(bits_of(high)) << 16;
}
template <typename T>
__host__ __device__ T unpack_low(uint32_t pair) { return from_bits<T>(static_cast<uint16_t>(pair & 0xffffu)); }
template <typename T>
__host__ __device__ T unpack_high(uint32_t pair) { return from_bits<T>(static_cast<uint16_t>(pair >> 16)); }

}  // namespace rnn4j::gpu
