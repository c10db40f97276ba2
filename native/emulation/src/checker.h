// The double's own race and memory checker ("checked" builds): every plain access of an instrumented kernel comes here.
#pragma once

#include <cstddef>

namespace rnn4j::emulation {

/// A plain access by the code at `pc`; nothing when the caller is not a CUDA thread.
void check_access(const void* address, size_t bytes, bool writes, const void* pc);

}  // namespace rnn4j::emulation
