#include "device/memory.h"

#include <cuda_runtime.h>

#include "api/error.h"
#include "device/check.h"

namespace rnn4j {
namespace {

void* allocate_device(size_t bytes, const char* purpose) {
  void* data = nullptr;
  const cudaError_t error = cudaMalloc(&data, bytes);
  if (error == cudaErrorMemoryAllocation) {
    ignore_cuda(cudaGetLastError());
    size_t free_bytes = 0;
    size_t total_bytes = 0;
    RNN4J_CUDA(cudaMemGetInfo(&free_bytes, &total_bytes));
    fail(RNN4J_OUT_OF_DEVICE_MEMORY, "the device has no ", bytes, " bytes for ", purpose, ": ", free_bytes, " of ",
         total_bytes, " bytes are free");
  }
  RNN4J_CUDA(error);
  return data;
}

void* allocate_pinned(size_t bytes, const char* purpose) {
  void* data = nullptr;
  const cudaError_t error = cudaHostAlloc(&data, bytes, cudaHostAllocPortable);
  if (error == cudaErrorMemoryAllocation) {
    ignore_cuda(cudaGetLastError());
    fail(RNN4J_OUT_OF_HOST_MEMORY, "no ", bytes, " bytes of pinned host memory for ", purpose);
  }
  RNN4J_CUDA(error);
  return data;
}

}  // namespace

template <MemoryKind Kind>
Memory<Kind>::Memory(size_t bytes, const char* purpose) : bytes_(bytes) {
  if (bytes > 0) {
    data_ = Kind == MemoryKind::kDevice ? allocate_device(bytes, purpose) : allocate_pinned(bytes, purpose);
  }
}

template <MemoryKind Kind>
void Memory<Kind>::release() noexcept {
  if (data_ != nullptr) {
    ignore_cuda(Kind == MemoryKind::kDevice ? cudaFree(data_) : cudaFreeHost(data_));
    data_ = nullptr;
    bytes_ = 0;
  }
}

template class Memory<MemoryKind::kDevice>;
template class Memory<MemoryKind::kPinned>;

}  // namespace rnn4j
