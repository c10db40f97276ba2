// What a kernel sees without including anything: thread variables, barriers, warp primitives, intrinsics.
#pragma once

#include <cmath>
#include <cstring>

#include "rnn4j/emulation/cuda_types.h"
#include "rnn4j/emulation/kernel_side.h"

// Rewritten at each switch from one CUDA thread to another.
extern __thread uint3 threadIdx;
extern __thread uint3 blockIdx;
extern __thread dim3 blockDim;
extern __thread dim3 gridDim;
constexpr int warpSize = 32;

// ---- block barriers ----

inline void __syncthreads(rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  rnn4j::emulation::block_barrier(rnn4j::emulation::Combine::none, 0, site);
}
inline int __syncthreads_or(int value, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::block_barrier(rnn4j::emulation::Combine::any, value, site);
}
inline int __syncthreads_and(int value, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::block_barrier(rnn4j::emulation::Combine::all, value, site);
}
inline int __syncthreads_count(int value, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::block_barrier(rnn4j::emulation::Combine::count, value, site);
}

// ---- warp primitives ----

inline void __syncwarp(unsigned mask = rnn4j::emulation::kFullMask,
                       rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  rnn4j::emulation::warp_sync(mask, site);
}

namespace rnn4j::emulation {

unsigned lane_of_this_thread();

/// The lane to read, or this lane when the wanted one lies outside the segment of `width` lanes.
inline int lane_in_segment(int wanted, int width) {
  const int lane = static_cast<int>(lane_of_this_thread());
  const int begin = lane & ~(width - 1);
  return wanted < begin || wanted >= begin + width ? lane : wanted;
}

}  // namespace rnn4j::emulation

template <typename T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32,
              rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  using namespace rnn4j::emulation;
  const int begin = static_cast<int>(lane_of_this_thread()) & ~(width - 1);
  return from_word<T>(warp_shuffle(mask, to_word(value), begin + (source & (width - 1)), "__shfl_sync", site));
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int distance, int width = 32,
                  rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  using namespace rnn4j::emulation;
  const int source = lane_in_segment(static_cast<int>(lane_of_this_thread()) ^ distance, width);
  return from_word<T>(warp_shuffle(mask, to_word(value), source, "__shfl_xor_sync", site));
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = 32,
                 rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  using namespace rnn4j::emulation;
  const int source = lane_in_segment(static_cast<int>(lane_of_this_thread() - distance), width);
  return from_word<T>(warp_shuffle(mask, to_word(value), source, "__shfl_up_sync", site));
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = 32,
                   rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  using namespace rnn4j::emulation;
  const int source = lane_in_segment(static_cast<int>(lane_of_this_thread() + distance), width);
  return from_word<T>(warp_shuffle(mask, to_word(value), source, "__shfl_down_sync", site));
}
inline unsigned __ballot_sync(unsigned mask, int predicate,
                              rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::warp_ballot(mask, predicate != 0, "__ballot_sync", site);
}
inline int __any_sync(unsigned mask, int predicate,
                      rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::warp_ballot(mask, predicate != 0, "__any_sync", site) != 0;
}
inline int __all_sync(unsigned mask, int predicate,
                      rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::warp_ballot(mask, predicate == 0, "__all_sync", site) == 0;
}

// ---- fences and the rest ----

inline void __threadfence(rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  rnn4j::emulation::fence(rnn4j::emulation::Reach::device, site);
}
inline void __threadfence_block(rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  rnn4j::emulation::fence(rnn4j::emulation::Reach::block, site);
}
inline void __threadfence_system(rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  rnn4j::emulation::fence(rnn4j::emulation::Reach::system, site);
}
inline void __nanosleep(unsigned ns, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  rnn4j::emulation::sleep_ns(ns, site);
}
[[noreturn]] inline void __trap(rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  rnn4j::emulation::trap("__trap()", site);
}

template <typename T>
T __ldg(const T* address) { return *address; }

// ---- arithmetic: plain C++ semantics, so FMA contraction and the fast functions' error are not the GPU's ----

inline float __expf(float x) { return std::exp(x); }
inline float __logf(float x) { return std::log(x); }
inline float __powf(float x, float y) { return std::pow(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fsqrt_rn(float x) { return std::sqrt(x); }
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fmaf_rn(float x, float y, float z) { return std::fma(x, y, z); }
inline float __saturatef(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }

template <typename To, typename From>
To rnn4j_emulation_bits(From value) {
  static_assert(sizeof(To) == sizeof(From), "same size");
  To to;
  std::memcpy(&to, &value, sizeof(To));
  return to;
}
inline int __float_as_int(float x) { return rnn4j_emulation_bits<int>(x); }
inline unsigned __float_as_uint(float x) { return rnn4j_emulation_bits<unsigned>(x); }
inline float __int_as_float(int x) { return rnn4j_emulation_bits<float>(x); }
inline float __uint_as_float(unsigned x) { return rnn4j_emulation_bits<float>(x); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }

template <typename T>
constexpr T min(T a, T b) { return b < a ? b : a; }
template <typename T>
constexpr T max(T a, T b) { return a < b ? b : a; }

// ---- atomics: relaxed, as CUDA's are ----

namespace rnn4j::emulation {

using Changed = uint64_t (*)(uint64_t found, uint64_t operand, uint64_t expected);

template <typename T>
T relaxed_change(T* address, Changed changed, T operand, T expected, Site site) {
  return from_word<T>(ordered_change(address, sizeof(T), changed, to_word(operand), to_word(expected),
                                     Order::relaxed, Reach::device, site));
}

template <typename T>
uint64_t added(uint64_t found, uint64_t operand, uint64_t) {
  return to_word(static_cast<T>(from_word<T>(found) + from_word<T>(operand)));
}
template <typename T>
uint64_t larger(uint64_t found, uint64_t operand, uint64_t) {
  return from_word<T>(found) < from_word<T>(operand) ? operand : found;
}
inline uint64_t replaced(uint64_t, uint64_t operand, uint64_t) { return operand; }
inline uint64_t replaced_if_expected(uint64_t found, uint64_t operand, uint64_t expected) {
  return found == expected ? operand : found;
}

}  // namespace rnn4j::emulation

template <typename T>
T atomicAdd(T* address, T value, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::relaxed_change(address, &rnn4j::emulation::added<T>, value, value, site);
}
template <typename T>
T atomicMax(T* address, T value, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::relaxed_change(address, &rnn4j::emulation::larger<T>, value, value, site);
}
template <typename T>
T atomicExch(T* address, T value, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::relaxed_change(address, &rnn4j::emulation::replaced, value, value, site);
}
template <typename T>
T atomicCAS(T* address, T expected, T value, rnn4j::emulation::Site site = rnn4j::emulation::Site::here()) {
  return rnn4j::emulation::relaxed_change(address, &rnn4j::emulation::replaced_if_expected, value, expected, site);
}
