// The functions that -fsanitize=thread makes kernels call, in place of libtsan's ("checked" builds).
// Atomics of host code that is compiled with the kernels (shared_ptr, statics) just happen.
#include <cstddef>
#include <cstdint>

#include "checker.h"

using rnn4j::emulation::check_access;

#define PC __builtin_return_address(0)
#define PLAIN(bytes)                                                                             \
  void __tsan_read##bytes(void* at) { check_access(at, bytes, false, PC); }                      \
  void __tsan_write##bytes(void* at) { check_access(at, bytes, true, PC); }                      \
  void __tsan_volatile_read##bytes(void* at) { check_access(at, bytes, false, PC); }             \
  void __tsan_volatile_write##bytes(void* at) { check_access(at, bytes, true, PC); }
#define UNALIGNED(bytes)                                                                         \
  void __tsan_unaligned_read##bytes(void* at) { check_access(at, bytes, false, PC); }            \
  void __tsan_unaligned_write##bytes(void* at) { check_access(at, bytes, true, PC); }
#define CHANGE(bits, name) \
  uint##bits##_t __tsan_atomic##bits##_##name(volatile uint##bits##_t* at, uint##bits##_t v, int) { \
    return __atomic_##name(at, v, __ATOMIC_SEQ_CST);                                             \
  }
#define ATOMIC(bits)                                                                             \
  uint##bits##_t __tsan_atomic##bits##_load(const volatile uint##bits##_t* at, int) {            \
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);                                                \
  }                                                                                              \
  void __tsan_atomic##bits##_store(volatile uint##bits##_t* at, uint##bits##_t v, int) {         \
    __atomic_store_n(at, v, __ATOMIC_SEQ_CST);                                                   \
  }                                                                                              \
  uint##bits##_t __tsan_atomic##bits##_exchange(volatile uint##bits##_t* at, uint##bits##_t v, int) { \
    return __atomic_exchange_n(at, v, __ATOMIC_SEQ_CST);                                         \
  }                                                                                              \
  CHANGE(bits, fetch_add)                                                                        \
  CHANGE(bits, fetch_sub)                                                                        \
  CHANGE(bits, fetch_and)                                                                        \
  CHANGE(bits, fetch_or)                                                                         \
  CHANGE(bits, fetch_xor)                                                                        \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile uint##bits##_t* at, uint##bits##_t* expected, \
                                                    uint##bits##_t v, int, int) {                \
    return __atomic_compare_exchange_n(at, expected, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
  }                                                                                              \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile uint##bits##_t* at, uint##bits##_t* expected, \
                                                  uint##bits##_t v, int, int) {                  \
    return __atomic_compare_exchange_n(at, expected, v, true, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
  }

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_atomic_thread_fence(int) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
void __tsan_atomic_signal_fence(int) {}
void __tsan_read_range(void* at, size_t bytes) { check_access(at, bytes, false, PC); }
void __tsan_write_range(void* at, size_t bytes) { check_access(at, bytes, true, PC); }

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)
UNALIGNED(2)
UNALIGNED(4)
UNALIGNED(8)
UNALIGNED(16)
ATOMIC(8)
ATOMIC(16)
ATOMIC(32)
ATOMIC(64)

}  // extern "C"
