// What the checking modes want to know of a launch. Without a checking mode every function is empty.
#pragma once

#include <cuda_runtime.h>

#include <cstring>

#include "launch.h"

#if !defined(RNN4J_EMULATION_CHECKED)
#define RNN4J_EMULATION_CHECKED 0
#endif
#if !defined(RNN4J_EMULATION_TSAN)
#define RNN4J_EMULATION_TSAN 0
#endif

namespace rnn4j::emulation::monitor {

#if RNN4J_EMULATION_CHECKED || RNN4J_EMULATION_TSAN
#define RNN4J_MONITORED(declaration) declaration;
#else
#define RNN4J_MONITORED(declaration) inline declaration {}
#endif

RNN4J_MONITORED(void launch_begins(Launch&))
/// The blocks of a cooperative launch, or the next single one, are about to run.
RNN4J_MONITORED(void blocks_begin(Launch&))
RNN4J_MONITORED(void launch_ends(Launch&))
/// All of these threads met: what each did before comes before what any does after.
RNN4J_MONITORED(void met(const std::vector<Thread*>&))

enum class Access { load, store, change };
/// Round an ordered access: `before` when it is about to happen, `after` when it has.
RNN4J_MONITORED(void before_ordered(Thread&, const void*, unsigned, Access, Order, Reach))
RNN4J_MONITORED(void after_ordered(Thread&, const void*, unsigned, Access, Order, Reach))
RNN4J_MONITORED(void fence(Thread&, Reach))
/// A thread took this array of its block's shared memory.
RNN4J_MONITORED(void shared_array(Thread&, const void*, size_t))
/// Accesses that the double does on behalf of a thread.
RNN4J_MONITORED(void reads(Thread&, const void*, unsigned))
RNN4J_MONITORED(void writes(Thread&, const void*, unsigned))

/// Round a barrier, in each thread's own turn: it comes to the barrier, and goes on after it.
#if RNN4J_EMULATION_TSAN
void thread_begins();
void thread_ends();
void arrives(const void* barrier);
void leaves(const void* barrier);
uint64_t ordered_read(const void* address, unsigned bytes, Order order);
void ordered_write(Thread& thread, void* address, unsigned bytes, uint64_t value, Order order, bool changes);
#else
inline void thread_begins() {}
inline void thread_ends() {}
inline void arrives(const void*) {}
inline void leaves(const void*) {}
inline uint64_t ordered_read(const void* address, unsigned bytes, Order) {
  uint64_t value = 0;
  std::memcpy(&value, address, bytes);
  return value;
}
inline void ordered_write(Thread&, void* address, unsigned bytes, uint64_t value, Order, bool) {
  std::memcpy(address, &value, bytes);
}
#endif

#undef RNN4J_MONITORED

}  // namespace rnn4j::emulation::monitor
