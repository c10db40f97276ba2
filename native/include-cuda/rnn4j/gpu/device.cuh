// Device primitives that CUDA C++ does not name itself, in PTX. The pair of
// emulation/include/rnn4j/gpu/device.cuh: same names and signatures; a primitive is added to both, with a test.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace rnn4j::gpu {

constexpr unsigned kFullMask = 0xffffffffu;

/// Name of the next kernel launched by this host thread, for the double's reports. Does nothing here.
inline void name_next_kernel(const char*) {}

// ---- memory order ----

enum class Scope { block, device };

namespace detail {

template <typename T>
constexpr bool is_word_v = std::is_trivially_copyable_v<T> && (sizeof(T) == 4 || sizeof(T) == 8);

template <typename T>
using WordOf = std::conditional_t<sizeof(T) == 4, uint32_t, unsigned long long>;

template <typename To, typename From>
__device__ __forceinline__ To bits_as(From value) {
  static_assert(sizeof(To) == sizeof(From), "same size");
  To to;
  memcpy(&to, &value, sizeof(To));
  return to;
}

// Words of device scope lie in global memory; saying so gives LDG/STG instead of generic accesses.
__device__ __forceinline__ size_t global_address(const void* address) { return __cvta_generic_to_global(address); }

}  // namespace detail

// One load or store per order, scope and width; block scope is generic, since it may be shared memory.
#define RNN4J_GPU_LOAD(name, order)                                                                        \
  template <Scope kScope = Scope::device, typename T>                                                      \
  __device__ __forceinline__ T name(const T* address) {                                                    \
    static_assert(detail::is_word_v<T>, "32 or 64 bits");                                                  \
    detail::WordOf<T> word;                                                                                \
    if constexpr (kScope == Scope::block && sizeof(T) == 4) {                                              \
      asm volatile("ld." order ".cta.b32 %0, [%1];" : "=r"(word) : "l"(address) : "memory");              \
    } else if constexpr (kScope == Scope::block) {                                                         \
      asm volatile("ld." order ".cta.b64 %0, [%1];" : "=l"(word) : "l"(address) : "memory");              \
    } else if constexpr (sizeof(T) == 4) {                                                                 \
      asm volatile("ld." order ".gpu.global.b32 %0, [%1];"                                                 \
                   : "=r"(word) : "l"(detail::global_address(address)) : "memory");                        \
    } else {                                                                                               \
      asm volatile("ld." order ".gpu.global.b64 %0, [%1];"                                                 \
                   : "=l"(word) : "l"(detail::global_address(address)) : "memory");                        \
    }                                                                                                      \
    return detail::bits_as<T>(word);                                                                       \
  }

#define RNN4J_GPU_STORE(name, order)                                                                       \
  template <Scope kScope = Scope::device, typename T>                                                      \
  __device__ __forceinline__ void name(T* address, std::common_type_t<T> value) {                          \
    static_assert(detail::is_word_v<T>, "32 or 64 bits");                                                  \
    const auto word = detail::bits_as<detail::WordOf<T>>(value);                                           \
    if constexpr (kScope == Scope::block && sizeof(T) == 4) {                                              \
      asm volatile("st." order ".cta.b32 [%0], %1;" : : "l"(address), "r"(word) : "memory");               \
    } else if constexpr (kScope == Scope::block) {                                                         \
      asm volatile("st." order ".cta.b64 [%0], %1;" : : "l"(address), "l"(word) : "memory");               \
    } else if constexpr (sizeof(T) == 4) {                                                                 \
      asm volatile("st." order ".gpu.global.b32 [%0], %1;"                                                 \
                   : : "l"(detail::global_address(address)), "r"(word) : "memory");                        \
    } else {                                                                                               \
      asm volatile("st." order ".gpu.global.b64 [%0], %1;"                                                 \
                   : : "l"(detail::global_address(address)), "l"(word) : "memory");                        \
    }                                                                                                      \
  }

#define RNN4J_GPU_ADD(name, order)                                                                         \
  template <Scope kScope = Scope::device, typename T>                                                      \
  __device__ __forceinline__ T name(T* address, std::common_type_t<T> value) {                             \
    static_assert(std::is_unsigned_v<T> && detail::is_word_v<T>, "unsigned, 32 or 64 bits");               \
    const auto word = detail::bits_as<detail::WordOf<T>>(value);                                           \
    detail::WordOf<T> before;                                                                              \
    if constexpr (kScope == Scope::block && sizeof(T) == 4) {                                              \
      asm volatile("atom." order ".cta.add.u32 %0, [%1], %2;"                                              \
                   : "=r"(before) : "l"(address), "r"(word) : "memory");                                   \
    } else if constexpr (kScope == Scope::block) {                                                         \
      asm volatile("atom." order ".cta.add.u64 %0, [%1], %2;"                                              \
                   : "=l"(before) : "l"(address), "l"(word) : "memory");                                   \
    } else if constexpr (sizeof(T) == 4) {                                                                 \
      asm volatile("atom." order ".gpu.global.add.u32 %0, [%1], %2;"                                       \
                   : "=r"(before) : "l"(detail::global_address(address)), "r"(word) : "memory");           \
    } else {                                                                                               \
      asm volatile("atom." order ".gpu.global.add.u64 %0, [%1], %2;"                                       \
                   : "=l"(before) : "l"(detail::global_address(address)), "l"(word) : "memory");           \
    }                                                                                                      \
    return detail::bits_as<T>(before);                                                                     \
  }

RNN4J_GPU_LOAD(load_relaxed, "relaxed")
RNN4J_GPU_LOAD(load_acquire, "acquire")
RNN4J_GPU_STORE(store_relaxed, "relaxed")
RNN4J_GPU_STORE(store_release, "release")
/// Adds with release order; returns the value before.
RNN4J_GPU_ADD(add_release, "release")
/// Adds without order; returns the value before.
RNN4J_GPU_ADD(add_relaxed, "relaxed")

#undef RNN4J_GPU_LOAD
#undef RNN4J_GPU_STORE
#undef RNN4J_GPU_ADD

// ---- lanes and warps ----

/// Lane by %laneid: threads are numbered x first, so blocks of any shape agree with the warps they run in.
__device__ __forceinline__ unsigned lane_id() {
  unsigned lane;
  asm("mov.u32 %0, %%laneid;" : "=r"(lane));
  return lane;
}

/// Sum over each group of `kWidth` neighbouring lanes, in every lane of it; butterfly, distance kWidth/2 first.
template <int kWidth = 32>
__device__ __forceinline__ float warp_sum(float value) {
  static_assert(kWidth >= 1 && kWidth <= 32 && (kWidth & (kWidth - 1)) == 0, "a power of two up to 32");
#pragma unroll
  for (int distance = kWidth / 2; distance > 0; distance /= 2) value += __shfl_xor_sync(kFullMask, value, distance);
  return value;
}

/// Largest value of each group of `kWidth` neighbouring lanes, in every lane of it.
template <int kWidth = 32>
__device__ __forceinline__ float warp_max(float value) {
  static_assert(kWidth >= 1 && kWidth <= 32 && (kWidth & (kWidth - 1)) == 0, "a power of two up to 32");
#pragma unroll
  for (int distance = kWidth / 2; distance > 0; distance /= 2) {
    value = fmaxf(value, __shfl_xor_sync(kFullMask, value, distance));
  }
  return value;
}

/// d += a*b with a [16,16] and b [16,8] in bfloat16, d [16,8] in float; all 32 lanes. Needs sm_80.
__device__ __forceinline__ void mma_m16n8k16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  __trap();
#endif
}

/// The same in half precision. Needs sm_80.
__device__ __forceinline__ void mma_m16n8k16_f16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  __trap();
#endif
}

/// Barrier `id` (1..15) among `threads` threads (a multiple of 32) of the block.
__device__ __forceinline__ void named_barrier_sync(int id, int threads) {
  asm volatile("bar.sync %0, %1;" : : "r"(id), "r"(threads) : "memory");
}

// ---- shared memory ----

/// Every array of a Smem begins at a multiple of this many bytes.
constexpr size_t kSmemStep = 128;

/// Dynamic shared memory that an array of n elements takes.
template <typename T>
__host__ __device__ constexpr size_t smem_bytes(size_t n) {
  return (n * sizeof(T) + kSmemStep - 1) / kSmemStep * kSmemStep;
}

/// Carves the block's dynamic shared memory into arrays; every thread must take the same arrays in the same order.
class Smem {
 public:
  template <typename T>
  __device__ __forceinline__ T* take(size_t n) {
    extern __shared__ __align__(128) unsigned char rnn4j_dynamic_shared[];
    T* array = reinterpret_cast<T*>(rnn4j_dynamic_shared + taken_);
    taken_ += smem_bytes<T>(n);
    return array;
  }

 private:
  size_t taken_ = 0;
};

// ---- asynchronous copies, global to shared ----

/// Starts to copy 16 bytes, both addresses multiples of 16; they are there after cp_async_wait of their group.
__device__ __forceinline__ void cp_async16(void* shared, const void* global) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;"
               : : "r"(static_cast<unsigned>(__cvta_generic_to_shared(shared))), "l"(detail::global_address(global))
               : "memory");
#else
  *static_cast<uint4*>(shared) = *static_cast<const uint4*>(global);  // before Ampere: at once
#endif
}

__device__ __forceinline__ void cp_async_commit() {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" : : : "memory");
#endif
}

/// Waits until at most kGroups of this thread's latest groups are under way.
template <int kGroups>
__device__ __forceinline__ void cp_async_wait() {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" : : "n"(kGroups) : "memory");
#endif
}

// ---- time ----

/// Nanoseconds of a clock common to all blocks; bounds every spin.
__device__ __forceinline__ uint64_t clock_ns() {
  unsigned long long now;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now) : : "memory");
  return now;
}

}  // namespace rnn4j::gpu
