// Device memory of a test, filled from and read to the host.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include <cuda_runtime.h>

#include "kernels/support/testing.h"

namespace testing {

template <typename T>
class DeviceArray {
 public:
  /// No elements: get() is null.
  DeviceArray() = default;
  explicit DeviceArray(size_t n) : size_(n) { CHECK_CUDA(cudaMalloc(reinterpret_cast<void**>(&data_), bytes())); }
  DeviceArray(size_t n, T value) : DeviceArray(std::vector<T>(n, value)) {}
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) { write(values); }
  ~DeviceArray() {
    if (data_ != nullptr) CHECK_CUDA(cudaFree(data_));
  }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  DeviceArray(DeviceArray&& other) noexcept : data_(other.data_), size_(other.size_) { other.data_ = nullptr; }

  T* get() const { return data_; }
  void write(const std::vector<T>& values) {
    CHECK_CUDA(cudaMemcpy(data_, values.data(), size_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  /// Waits for the device first.
  std::vector<T> read() const {
    std::vector<T> host(size_);
    CHECK_CUDA(cudaDeviceSynchronize());
    CHECK_CUDA(cudaMemcpy(host.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost));
    return host;
  }

 private:
  size_t bytes() const { return size_ == 0 ? 1 : size_ * sizeof(T); }
  T* data_ = nullptr;
  size_t size_ = 0;
};

/// Null where the host has none.
template <typename T>
DeviceArray<T> device_or_null(const std::vector<T>& values) {
  return values.empty() ? DeviceArray<T>() : DeviceArray<T>(values);
}

}  // namespace testing
