// What the checking modes want to know of a launch. Without a checking mode every function is empty.
#pragma once

#include <cuda_runtime.h>

#include "launch.h"

namespace rnn4j::emulation::monitor {

inline void launch_begins(Launch&) {}
inline void blocks_begin(Launch&) {}
inline void launch_ends(Launch&) {}
inline void thread_ends(Thread&) {}
/// All of these threads met: what each did before comes before what any does after.
inline void met(const std::vector<Thread*>&) {}
/// Before an ordered access, and after it.
inline void before_ordered(Thread&, const void*, unsigned, Order, Reach, bool /*writes*/) {}
inline void after_ordered(Thread&, const void*, unsigned, Order, Reach, bool /*writes*/) {}
inline void fence(Thread&, Reach) {}
/// A thread took this array of shared memory.
inline void shared_array(Thread&, const void*, size_t) {}
/// An access that the double does on behalf of a thread.
inline void reads(Thread&, const void*, unsigned, Site) {}
inline void writes(Thread&, const void*, unsigned, Site) {}

}  // namespace rnn4j::emulation::monitor
