#include "run/external_ring.h"

#include <type_traits>

#include "device/check.h"

namespace rnn4j {

void ExternalRing::wait_for_slot() {
  if (slots_[next_].pending) {
    RNN4J_CUDA(cudaEventSynchronize(slots_[next_].done.get()));
  }
}

ExternalRing::Slot& ExternalRing::take(const Layout& layout) {
  Slot& slot = slots_[next_];
  next_ = (next_ + 1) % kSlots;
  if (!slot.done) {
    slot.done = create_event();
  }
  const auto room = [](auto& memory, size_t bytes, const char* purpose) {
    if (memory.bytes() < bytes) {
      memory.release();
      memory = std::remove_reference_t<decltype(memory)>(bytes, purpose);
    }
  };
  room(slot.input, layout.input_bytes(), "the parameters of a call");
  room(slot.output, layout.output_bytes(), "the status of a call");
  room(slot.pinned_input, layout.input_bytes(), "the parameters of a call");
  room(slot.pinned_output, layout.output_bytes(), "the status of a call");
  return slot;
}

void ExternalRing::queued(Slot& slot, const Layout& layout, cudaStream_t stream) {
  RNN4J_CUDA(cudaEventRecord(slot.done.get(), stream));
  slot.pending = true;
  slot.status_offset = layout.status.offset;
  last_ = &slot;
}

void ExternalRing::before(cudaStream_t stream) const {
  if (last_ != nullptr) {
    RNN4J_CUDA(cudaStreamWaitEvent(stream, last_->done.get(), 0));
  }
}

void ExternalRing::wait() {
  if (last_ != nullptr) {
    RNN4J_CUDA(cudaEventSynchronize(last_->done.get()));
    last_ = nullptr;
  }
}

void ExternalRing::wait_quietly() const noexcept {
  if (last_ != nullptr) {
    ignore_cuda(cudaEventSynchronize(last_->done.get()));
  }
}

const kernels::RunStatus& ExternalRing::status(const Slot& slot) {
  return *slot.pinned_output.as<const kernels::RunStatus>(slot.status_offset);
}

const ExternalRing::Slot* ExternalRing::failure() {
  for (Slot& slot : slots_) {
    if (!slot.pending) {
      continue;
    }
    const cudaError_t ready = cudaEventQuery(slot.done.get());
    if (ready == cudaErrorNotReady) {
      ignore_cuda(cudaGetLastError());
      continue;
    }
    RNN4J_CUDA(ready);
    slot.pending = false;
    if (status(slot).code != 0) {
      return &slot;
    }
  }
  return nullptr;
}

int64_t ExternalRing::device_bytes() const {
  size_t bytes = 0;
  for (const Slot& slot : slots_) {
    bytes += slot.input.bytes() + slot.output.bytes();
  }
  return static_cast<int64_t>(bytes);
}

int64_t ExternalRing::pinned_bytes() const {
  size_t bytes = 0;
  for (const Slot& slot : slots_) {
    bytes += slot.pinned_input.bytes() + slot.pinned_output.bytes();
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace rnn4j
