// Owned memory: on the device, and pinned on the host. Moves, never copies.
#pragma once

#include <cstddef>
#include <utility>

namespace rnn4j {

enum class MemoryKind { kDevice, kPinned };

/// One allocation. Throws RNN4J_OUT_OF_DEVICE_MEMORY or RNN4J_OUT_OF_HOST_MEMORY with what it was for, the bytes
/// asked for, and those free.
template <MemoryKind Kind>
class Memory {
 public:
  Memory() = default;
  Memory(size_t bytes, const char* purpose);
  ~Memory() { release(); }
  Memory(Memory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Memory& operator=(Memory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  template <typename T = std::byte>
  T* as(size_t byte_offset = 0) const {
    return reinterpret_cast<T*>(static_cast<std::byte*>(data_) + byte_offset);
  }
  size_t bytes() const { return bytes_; }

  /// Gives it back now.
  void release() noexcept;

 private:
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

using DeviceMemory = Memory<MemoryKind::kDevice>;
using PinnedMemory = Memory<MemoryKind::kPinned>;

extern template class Memory<MemoryKind::kDevice>;
extern template class Memory<MemoryKind::kPinned>;

/// Where every array on the device begins: a multiple of this, so that vector loads and cuBLAS are at their best.
constexpr size_t kAlignment = 256;

constexpr size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace rnn4j
