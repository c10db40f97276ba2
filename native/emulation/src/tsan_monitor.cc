// Tells libtsan ("tsan" builds) what orders CUDA threads: barriers, ordered accesses, fences.
#include <sanitizer/tsan_interface.h>
#include <sanitizer/tsan_interface_atomic.h>

#include "monitor.h"

namespace rnn4j::emulation::monitor {
namespace {

__tsan_memory_order order_of(Order order, bool fenced) {
  switch (order) {
    case Order::acquire: return __tsan_memory_order_acquire;
    case Order::release: return __tsan_memory_order_release;
    case Order::relaxed: return fenced ? __tsan_memory_order_release : __tsan_memory_order_relaxed;
  }
  return __tsan_memory_order_seq_cst;
}

char g_launch;  // what the host and the threads of a launch hand over to each other

}  // namespace

void launch_begins(Launch&) { __tsan_release(&g_launch); }
void blocks_begin(Launch&) {}
void launch_ends(Launch&) { __tsan_acquire(&g_launch); }
void thread_begins() { __tsan_acquire(&g_launch); }
void thread_ends() { __tsan_release(&g_launch); }

// The double's own stores, which wake and sleep threads, are not instrumented: only these order them.
void met(const std::vector<Thread*>&) {}
void arrives(const void* barrier) { __tsan_release(const_cast<void*>(barrier)); }
void leaves(const void* barrier) { __tsan_acquire(const_cast<void*>(barrier)); }

void before_ordered(Thread&, const void*, unsigned, Access, Order, Reach) {}

void after_ordered(Thread& thread, const void* address, unsigned, Access access, Order order, Reach) {
  if (access != Access::store && order != Order::acquire) thread.loaded.push_back(address);
}

uint64_t ordered_read(const void* address, unsigned bytes, Order order) {
  if (bytes == 4) {
    const auto* word = static_cast<const volatile __tsan_atomic32*>(address);
    return static_cast<uint32_t>(__tsan_atomic32_load(word, order_of(order, false)));
  }
  return static_cast<uint64_t>(__tsan_atomic64_load(static_cast<const volatile __tsan_atomic64*>(address), order_of(order, false)));
}

void ordered_write(Thread& thread, void* address, unsigned bytes, uint64_t value, Order order, bool changes) {
  const __tsan_memory_order mo = order_of(order, thread.fenced);
  if (bytes == 4) {
    auto* word = static_cast<volatile __tsan_atomic32*>(address);
    const auto v = static_cast<__tsan_atomic32>(value);
    changes ? static_cast<void>(__tsan_atomic32_exchange(word, v, mo)) : __tsan_atomic32_store(word, v, mo);
  } else {
    auto* word = static_cast<volatile __tsan_atomic64*>(address);
    const auto v = static_cast<__tsan_atomic64>(value);
    changes ? static_cast<void>(__tsan_atomic64_exchange(word, v, mo)) : __tsan_atomic64_store(word, v, mo);
  }
}

// TSan does not model fences. A fence that reaches only the block orders nothing here, which is right for words that
// other blocks read and errs on the strict side for the rest.
void fence(Thread& thread, Reach reach) {
  if (reach == Reach::block) return;
  for (const void* word : thread.loaded) __tsan_acquire(const_cast<void*>(word));
  thread.loaded.clear();
  thread.fenced = true;
}

void shared_array(Thread&, const void*, size_t) {}
void reads(Thread&, const void* address, unsigned bytes) { __tsan_read_range(const_cast<void*>(address), bytes); }
void writes(Thread&, const void* address, unsigned bytes) { __tsan_write_range(const_cast<void*>(address), bytes); }

}  // namespace rnn4j::emulation::monitor
