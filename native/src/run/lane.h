// A stream with what products on it need.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "device/device.h"
#include "device/memory.h"
#include "device/stream.h"
#include "kernels/common/number_type.h"

namespace rnn4j {

/// Not thread-safe; used under the executable's lock.
class Lane {
 public:
  /// @param own_products products by our own kernel, whose bits do not depend on the rows around; else by cuBLAS
  Lane(const Device& device, int32_t precision, bool own_products);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Where work goes: its own stream, or the caller's while a call is queued there.
  cudaStream_t stream() const { return current_; }
  void redirect(cudaStream_t stream);
  void restore();
  /// After a failure: what is queued next must follow a `restore`.
  void abandon() noexcept;
  cudaStream_t own_stream() const { return stream_.get(); }

  /// c [m, n] = a [m, k] b [n, k]', row-major without gaps; a and b in the precision's type, c in float.
  void product(int64_t m, int32_t n, int32_t k, const void* a, const void* b, float* c) const;

  size_t workspace_bytes() const { return workspace_.bytes(); }

 private:
  void bind(cudaStream_t stream);
  void cublas_product(int32_t m, int32_t n, int32_t k, const void* a, const void* b, float* c) const;

  const Cublas& cublas_;
  int32_t precision_;
  kernels::NumberType type_;
  Stream stream_;
  cudaStream_t current_ = nullptr;
  bool bound_ = true;
  DeviceMemory workspace_;
  CublasHandle handle_ = nullptr;
};

}  // namespace rnn4j
