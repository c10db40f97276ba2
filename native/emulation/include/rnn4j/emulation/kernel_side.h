// What the double's headers call on behalf of a kernel. Never included by a kernel itself.
//
// Every function acts for the CUDA thread that runs now, and may switch to another one.
// Values travel as 64-bit words, so that no code of the caller touches another thread's stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rnn4j::emulation {

/// Where in the kernel's source a primitive was called.
struct Site {
  const char* file;
  int line;
  static constexpr Site here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

enum class Order { relaxed, acquire, release };
enum class Reach { block, device, system };
enum class Combine { none, any, count, all };
enum class Reduction { sum, max };
enum class MmaType { bf16, f16 };

constexpr unsigned kFullMask = 0xffffffffu;

/// Block-wide barrier; `combine` is over `value` of all threads.
int block_barrier(Combine combine, int value, Site site);
/// Barrier `id` (1..15) of `threads` threads of this block.
void named_barrier(int id, int threads, Site site);

void warp_sync(unsigned mask, Site site);
uint64_t warp_shuffle(unsigned mask, uint64_t value, int source_lane, const char* what, Site site);
unsigned warp_ballot(unsigned mask, bool predicate, const char* what, Site site);
/// Butterfly over lanes of width `width`, distances from width/2 down to 1.
float warp_reduce(unsigned mask, Reduction reduction, float value, int width, Site site);
/// d[4] += a (16x16, row major fragments) * b (16x8), fragments laid out as in PTX's mma.m16n8k16.
void warp_mma(MmaType type, float* d, const uint32_t* a, const uint32_t* b, Site site);

uint64_t ordered_load(const void* address, unsigned bytes, Order order, Reach reach, Site site);
void ordered_store(void* address, unsigned bytes, uint64_t value, Order order, Reach reach, Site site);
/// Returns the value before. `changed` computes the word to store from the word found and `operand`.
uint64_t ordered_change(void* address, unsigned bytes, uint64_t (*changed)(uint64_t, uint64_t, uint64_t),
                        uint64_t operand, uint64_t expected, Order order, Reach reach, Site site);
void fence(Reach reach, Site site);

/// `bytes` more of this block's dynamic shared memory; `taken` and `arrays` are the carver's state.
void* shared_take(size_t bytes, size_t* taken, unsigned* arrays, Site site);

void copy_async(void* to, const void* from, unsigned bytes, Site site);
void copy_async_commit();
void copy_async_wait(unsigned groups_left, Site site);

uint64_t clock_ns();
void sleep_ns(unsigned ns, Site site);
[[noreturn]] void trap(const char* what, Site site);

/// A kernel with its arguments, copied by value at the launch.
class KernelCall {
 public:
  virtual ~KernelCall() = default;
  virtual void run() = 0;
  virtual const void* arguments(size_t* bytes) const = 0;
};

template <typename T>
uint64_t to_word(T value) {
  static_assert(sizeof(T) <= 8, "at most 64 bits travel between lanes");
  uint64_t word = 0;
  std::memcpy(&word, &value, sizeof(T));
  return word;
}

template <typename T>
T from_word(uint64_t word) {
  T value;
  std::memcpy(&value, &word, sizeof(T));
  return value;
}

}  // namespace rnn4j::emulation
