// Owned streams, events and captured graphs. Moves, never copies.
#pragma once

#include <cuda_runtime.h>

#include <utility>

#include "device/check.h"

namespace rnn4j {

/// A handle of CUDA's with its destructor.
template <typename Handle, cudaError_t (*Destroy)(Handle)>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Handle handle) : handle_(handle) {}
  ~Owned() {
    if (handle_ != nullptr) {
      ignore_cuda(Destroy(handle_));
    }
  }
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  Handle get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  Handle handle_ = nullptr;
};

using Stream = Owned<cudaStream_t, cudaStreamDestroy>;
using Event = Owned<cudaEvent_t, cudaEventDestroy>;
using Graph = Owned<cudaGraph_t, cudaGraphDestroy>;
using GraphExec = Owned<cudaGraphExec_t, cudaGraphExecDestroy>;

/// Does not wait for the legacy default stream.
inline Stream create_stream() {
  cudaStream_t stream = nullptr;
  RNN4J_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  return Stream(stream);
}

inline Event create_event() {
  cudaEvent_t event = nullptr;
  RNN4J_CUDA(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  return Event(event);
}

/// What is queued on `waiting` from now on comes after all that is queued on `first`.
inline void order(cudaStream_t first, const Event& event, cudaStream_t waiting) {
  RNN4J_CUDA(cudaEventRecord(event.get(), first));
  RNN4J_CUDA(cudaStreamWaitEvent(waiting, event.get(), 0));
}

}  // namespace rnn4j
