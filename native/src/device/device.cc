#include "device/device.h"

#include <cstring>
#include <iterator>

#include "api/error.h"
#include "device/check.h"

namespace rnn4j {
namespace {

std::string version_text(int version) { return text(version / 1000, ".", version % 1000 / 10); }

/// Tells a missing driver from one that is too old: both answer every other call with the same error.
int checked_driver_version(int runtime_version) {
  int version = 0;
  const cudaError_t error = cudaDriverGetVersion(&version);
  if (error != cudaSuccess || version == 0) {
    fail(RNN4J_NO_DRIVER, "no NVIDIA driver is loaded on this machine (cudaDriverGetVersion gave ", version,
         "); install one that knows CUDA ", version_text(runtime_version), " or newer");
  }
  return version;
}

int checked_device_count(int driver_version, int runtime_version) {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaErrorInsufficientDriver) {
    ignore_cuda(cudaGetLastError());
    fail(RNN4J_DRIVER_TOO_OLD, "the NVIDIA driver knows CUDA ", version_text(driver_version),
         "; this library was built with CUDA ", version_text(runtime_version),
         " and needs a driver of the same major version or a newer one");
  }
  if (error == cudaErrorNoDevice || (error == cudaSuccess && count == 0)) {
    ignore_cuda(cudaGetLastError());
    fail(RNN4J_NO_DEVICE, "the NVIDIA driver (CUDA ", version_text(driver_version),
         ") shows no device to this process; look at CUDA_VISIBLE_DEVICES and at what nvidia-smi says");
  }
  RNN4J_CUDA(error);
  return count;
}

int attribute(cudaDeviceAttr which, int ordinal) {
  int value = 0;
  RNN4J_CUDA(cudaDeviceGetAttribute(&value, which, ordinal));
  return value;
}

template <size_t N>
void copy_cut(const std::string& from, char (&to)[N]) {
  const size_t n = from.size() < N ? from.size() : N - 1;
  std::memcpy(to, from.data(), n);
  to[n] = '\0';
}

}  // namespace

Device::Device(const rnn4j_device_options& options) : ordinal_(options.ordinal) {
  RNN4J_CUDA(cudaRuntimeGetVersion(&runtime_version_));
  driver_version_ = checked_driver_version(runtime_version_);
  const int count = checked_device_count(driver_version_, runtime_version_);
  require(ordinal_ >= 0 && ordinal_ < count, "ordinal is ", ordinal_, "; there are ", count,
          " devices, numbered from 0");
  cudaDeviceProp properties{};
  RNN4J_CUDA(cudaGetDeviceProperties(&properties, ordinal_));
  name_ = properties.name;
  multiprocessors_ = attribute(cudaDevAttrMultiProcessorCount, ordinal_);
  compute_capability_ = 10 * attribute(cudaDevAttrComputeCapabilityMajor, ordinal_) +
                        attribute(cudaDevAttrComputeCapabilityMinor, ordinal_);
  if (compute_capability_ < kOldestArchitecture) {
    fail(RNN4J_DEVICE_UNSUPPORTED, "device ", ordinal_, " ('", name_, "') has compute capability ",
         compute_capability_ / 10, ".", compute_capability_ % 10, "; the library has code for ",
         kOldestArchitecture / 10, ".", kOldestArchitecture % 10, " and newer");
  }
  cublas_ = Cublas::load(options.cublas_path == nullptr ? "" : options.cublas_path);
  RNN4J_CUDA(cudaSetDevice(ordinal_));
}

void Device::close() {
  require(executables_ == 0, "the device has ", executables_.load(), " executables; destroy them first");
  pinned_.clear();
}

void Device::select() const {
  if (is_lost_) {
    const std::lock_guard<std::mutex> lock(mutex_);
    fail(RNN4J_DEVICE_LOST, "the device was lost before; this process must be started again. Then: ", lost_);
  }
  RNN4J_CUDA(cudaSetDevice(ordinal_));
}

void Device::select_quietly() const noexcept { ignore_cuda(cudaSetDevice(ordinal_)); }

void Device::note_loss(const Error& error) {
  if (error.status() == RNN4J_DEVICE_LOST && !is_lost_) {
    const std::lock_guard<std::mutex> lock(mutex_);
    lost_ = error.what();
    is_lost_ = true;
  }
}

void Device::describe(rnn4j_device_info& info) const {
  select();
  size_t free_bytes = 0;
  size_t total_bytes = 0;
  RNN4J_CUDA(cudaMemGetInfo(&free_bytes, &total_bytes));
  copy_cut(name_, info.name);
  info.compute_capability = compute_capability_;
  info.multiprocessors = multiprocessors_;
  info.driver_version = driver_version_;
  info.runtime_version = runtime_version_;
  info.cublas_version = cublas_.version();
  copy_cut(cublas_.path(), info.cublas_path);
  info.total_bytes = static_cast<int64_t>(total_bytes);
  info.free_bytes = static_cast<int64_t>(free_bytes);
}

void* Device::host_alloc(size_t bytes) {
  require(bytes > 0, "bytes is 0; it must be at least 1");
  select();
  PinnedMemory pinned(bytes, "the caller");
  void* memory = pinned.as<void>();
  const std::lock_guard<std::mutex> lock(mutex_);
  pinned_.emplace(reinterpret_cast<uintptr_t>(memory), std::move(pinned));
  return memory;
}

void Device::host_free(void* memory) {
  const std::lock_guard<std::mutex> lock(mutex_);
  require(pinned_.erase(reinterpret_cast<uintptr_t>(memory)) == 1, "memory ", memory, " is not from rnn4j_host_alloc of this device");
}

bool Device::is_pinned(const void* data, size_t bytes) const {
  const auto from = reinterpret_cast<uintptr_t>(data);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto behind = pinned_.upper_bound(from);
  if (behind == pinned_.begin()) {
    return false;
  }
  const auto& [begin, memory] = *std::prev(behind);
  return bytes <= memory.bytes() && from - begin <= memory.bytes() - bytes;
}

}  // namespace rnn4j
