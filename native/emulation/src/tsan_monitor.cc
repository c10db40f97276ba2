// Tells libtsan ("tsan" builds) what orders CUDA threads: barriers, ordered accesses, fences.
#include <sanitizer/tsan_interface.h>

#include "monitor.h"

// What g++ makes of instrumented code; its headers do not declare them.
extern "C" {
uint32_t __tsan_atomic32_load(const volatile void* word, int order);
uint64_t __tsan_atomic64_load(const volatile void* word, int order);
void __tsan_atomic32_store(volatile void* word, uint32_t value, int order);
void __tsan_atomic64_store(volatile void* word, uint64_t value, int order);
uint32_t __tsan_atomic32_exchange(volatile void* word, uint32_t value, int order);
uint64_t __tsan_atomic64_exchange(volatile void* word, uint64_t value, int order);
void __tsan_read_range(void* begin, unsigned long bytes);
void __tsan_write_range(void* begin, unsigned long bytes);
}

namespace rnn4j::emulation::monitor {
namespace {

int order_of(Order order, bool fenced) {
  switch (order) {
    case Order::acquire: return __ATOMIC_ACQUIRE;
    case Order::release: return __ATOMIC_RELEASE;
    case Order::relaxed: return fenced ? __ATOMIC_RELEASE : __ATOMIC_RELAXED;
  }
  return __ATOMIC_SEQ_CST;
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
  return bytes == 4 ? __tsan_atomic32_load(address, order_of(order, false))
                    : __tsan_atomic64_load(address, order_of(order, false));
}

void ordered_write(Thread& thread, void* address, unsigned bytes, uint64_t value, Order order, bool changes) {
  const int tsan_order = order_of(order, thread.fenced);
  const auto half = static_cast<uint32_t>(value);
  if (!changes) {
    bytes == 4 ? __tsan_atomic32_store(address, half, tsan_order) : __tsan_atomic64_store(address, value, tsan_order);
  } else if (bytes == 4) {
    __tsan_atomic32_exchange(address, half, tsan_order);
  } else {
    __tsan_atomic64_exchange(address, value, tsan_order);
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
