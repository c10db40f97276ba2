// Device primitives that CUDA C++ does not name itself, emulated. The pair of
// include-cuda/rnn4j/gpu/device.cuh: same names and signatures; a primitive is added to both, with a test.
#pragma once

#include <cuda_runtime.h>

#include <type_traits>

namespace rnn4j::gpu {

using emulation::kFullMask;

/// Name of the next kernel launched by this host thread, for reports. Does nothing under nvcc.
void name_next_kernel(const char* name);

// ---- memory order ----

enum class Scope { block, device };

namespace detail {

using emulation::Order;
using emulation::Reach;
using emulation::Site;

template <Scope kScope>
constexpr Reach reach_of() { return kScope == Scope::block ? Reach::block : Reach::device; }

template <typename T>
constexpr bool is_word_v = std::is_trivially_copyable_v<T> && (sizeof(T) == 4 || sizeof(T) == 8);

}  // namespace detail

template <Scope kScope = Scope::device, typename T>
T load_relaxed(const T* address, detail::Site site = detail::Site::here()) {
  static_assert(detail::is_word_v<T>, "32 or 64 bits");
  return emulation::from_word<T>(
      emulation::ordered_load(address, sizeof(T), detail::Order::relaxed, detail::reach_of<kScope>(), site));
}

template <Scope kScope = Scope::device, typename T>
T load_acquire(const T* address, detail::Site site = detail::Site::here()) {
  static_assert(detail::is_word_v<T>, "32 or 64 bits");
  return emulation::from_word<T>(
      emulation::ordered_load(address, sizeof(T), detail::Order::acquire, detail::reach_of<kScope>(), site));
}

template <Scope kScope = Scope::device, typename T>
void store_relaxed(T* address, std::common_type_t<T> value, detail::Site site = detail::Site::here()) {
  static_assert(detail::is_word_v<T>, "32 or 64 bits");
  emulation::ordered_store(address, sizeof(T), emulation::to_word(value), detail::Order::relaxed,
                           detail::reach_of<kScope>(), site);
}

template <Scope kScope = Scope::device, typename T>
void store_release(T* address, std::common_type_t<T> value, detail::Site site = detail::Site::here()) {
  static_assert(detail::is_word_v<T>, "32 or 64 bits");
  emulation::ordered_store(address, sizeof(T), emulation::to_word(value), detail::Order::release,
                           detail::reach_of<kScope>(), site);
}

/// Adds with release order; returns the value before.
template <Scope kScope = Scope::device, typename T>
T add_release(T* address, std::common_type_t<T> value, detail::Site site = detail::Site::here()) {
  static_assert(std::is_unsigned_v<T> && detail::is_word_v<T>, "unsigned, 32 or 64 bits");
  return emulation::from_word<T>(emulation::ordered_change(address, sizeof(T), &emulation::added<T>,
                                                           emulation::to_word(value), 0, detail::Order::release,
                                                           detail::reach_of<kScope>(), site));
}

/// Adds without order; returns the value before.
template <Scope kScope = Scope::device, typename T>
T add_relaxed(T* address, std::common_type_t<T> value, detail::Site site = detail::Site::here()) {
  static_assert(std::is_unsigned_v<T> && detail::is_word_v<T>, "unsigned, 32 or 64 bits");
  return emulation::from_word<T>(emulation::ordered_change(address, sizeof(T), &emulation::added<T>,
                                                           emulation::to_word(value), 0, detail::Order::relaxed,
                                                           detail::reach_of<kScope>(), site));
}

// ---- lanes and warps ----

inline unsigned lane_id() { return emulation::lane_of_this_thread(); }

/// Sum over each group of `kWidth` neighbouring lanes, in every lane of it; butterfly, distance kWidth/2 first.
template <int kWidth = 32>
float warp_sum(float value, detail::Site site = detail::Site::here()) {
  static_assert(kWidth >= 1 && kWidth <= 32 && (kWidth & (kWidth - 1)) == 0, "a power of two up to 32");
  return emulation::warp_reduce(kFullMask, emulation::Reduction::sum, value, kWidth, site);
}

/// Largest value of each group of `kWidth` neighbouring lanes, in every lane of it.
template <int kWidth = 32>
float warp_max(float value, detail::Site site = detail::Site::here()) {
  static_assert(kWidth >= 1 && kWidth <= 32 && (kWidth & (kWidth - 1)) == 0, "a power of two up to 32");
  return emulation::warp_reduce(kFullMask, emulation::Reduction::max, value, kWidth, site);
}

/// d += a*b with a [16,16] and b [16,8] in bfloat16, d [16,8] in float; all 32 lanes. Needs sm_80.
inline void mma_m16n8k16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                              detail::Site site = detail::Site::here()) {
  emulation::warp_mma(emulation::MmaType::bf16, d, a, b, site);
}

/// The same in half precision. Needs sm_80.
inline void mma_m16n8k16_f16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                             detail::Site site = detail::Site::here()) {
  emulation::warp_mma(emulation::MmaType::f16, d, a, b, site);
}

/// Barrier `id` (1..15) among `threads` threads (a multiple of 32) of the block.
inline void named_barrier_sync(int id, int threads, detail::Site site = detail::Site::here()) {
  emulation::named_barrier(id, threads, site);
}

// ---- shared memory ----

/// Every array of a Smem begins at a multiple of this many bytes.
constexpr size_t kSmemStep = 128;

/// Dynamic shared memory that an array of n elements takes.
template <typename T>
constexpr size_t smem_bytes(size_t n) {
  return (n * sizeof(T) + kSmemStep - 1) / kSmemStep * kSmemStep;
}

/// Carves the block's dynamic shared memory into arrays; every thread must take the same arrays in the same order.
class Smem {
 public:
  template <typename T>
  T* take(size_t n, detail::Site site = detail::Site::here()) {
    return static_cast<T*>(emulation::shared_take(n * sizeof(T), &taken_, &arrays_, site));
  }

 private:
  size_t taken_ = 0;
  unsigned arrays_ = 0;
};

// ---- asynchronous copies, global to shared ----

/// Starts to copy 16 bytes, both addresses multiples of 16; they are there after cp_async_wait of their group.
inline void cp_async16(void* shared, const void* global, detail::Site site = detail::Site::here()) {
  emulation::copy_async(shared, global, 16, site);
}
inline void cp_async_commit() { emulation::copy_async_commit(); }
/// Waits until at most kGroups of this thread's latest groups are under way.
template <int kGroups>
void cp_async_wait(detail::Site site = detail::Site::here()) {
  emulation::copy_async_wait(kGroups, site);
}

// ---- time ----

/// Nanoseconds of a clock common to all blocks; bounds every spin.
inline uint64_t clock_ns() { return emulation::clock_ns(); }

}  // namespace rnn4j::gpu
