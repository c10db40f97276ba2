#include "run/blocks.h"

namespace rnn4j {
namespace {

/// Gives the old memory back first: both together might not fit.
template <typename M>
void grow(M& memory, size_t bytes, const char* purpose) {
  if (memory.bytes() < bytes) {
    memory.release();
    memory = M(bytes, purpose);
  }
}

}  // namespace

bool Blocks::fits(const Layout& layout) const {
  const Pair& pair = pairs_[layout.request().parity];
  return work_.bytes() >= layout.work_bytes() && pair.input.bytes() >= layout.input_capacity() &&
         pair.output.bytes() >= layout.output_capacity() && pair.pinned_input.bytes() >= layout.input_capacity() &&
         pair.pinned_output.bytes() >= layout.output_capacity();
}

void Blocks::fit(const Layout& layout) {
  Pair& pair = pairs_[layout.request().parity];
  fit_work(layout);
  grow(pair.input, layout.input_capacity(), "the inputs of a call");
  grow(pair.output, layout.output_capacity(), "the outputs of a call");
  grow(pair.pinned_input, layout.input_capacity(), "the inputs of a call");
  grow(pair.pinned_output, layout.output_capacity(), "the outputs of a call");
}

void Blocks::fit_work(const Layout& layout) { grow(work_, layout.work_bytes(), "the values of a call"); }

Addresses Blocks::addresses(int32_t parity) const {
  return {pairs_[parity].input.as<>(), pairs_[parity].output.as<>(), work_.as<>(), {}};
}

int64_t Blocks::device_bytes() const {
  size_t bytes = work_.bytes();
  for (const Pair& pair : pairs_) {
    bytes += pair.input.bytes() + pair.output.bytes();
  }
  return static_cast<int64_t>(bytes);
}

int64_t Blocks::pinned_bytes() const {
  size_t bytes = 0;
  for (const Pair& pair : pairs_) {
    bytes += pair.pinned_input.bytes() + pair.pinned_output.bytes();
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace rnn4j
