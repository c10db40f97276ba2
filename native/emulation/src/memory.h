// Device and pinned memory: where it is, what it may be used for, canaries round it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace rnn4j::emulation {

enum class MemoryKind { device, pinned, registered };

struct Allocation {
  char* begin;
  size_t bytes;
  MemoryKind kind;
  void* raw;
};

class Memory {
 public:
  /// Filled with 0xCB, canaries on both sides. Null when it would exceed `limit` bytes on the device.
  void* allocate(size_t bytes, MemoryKind kind, uint64_t limit);
  void add_registered(void* begin, size_t bytes);
  /// False when `begin` is not the beginning of an allocation of that kind. Broken canaries are reported.
  bool release(void* begin, MemoryKind kind);
  /// The allocation that holds `address`, or null.
  const Allocation* find(const void* address) const;
  /// True when all `bytes` lie in one allocation of that kind.
  bool holds(const void* address, size_t bytes, MemoryKind kind) const;
  /// Reports the first broken canary, saying `after` what; false when one is broken.
  bool check_canaries(const std::string& after);
  void clear();

  size_t count(MemoryKind kind) const;
  uint64_t device_bytes() const { return device_bytes_; }
  uint64_t peak_device_bytes() const { return peak_device_bytes_; }

  /// Under AddressSanitizer device memory is readable only between these two, which nest.
  void open();
  void close();

 private:
  std::map<uintptr_t, Allocation> allocations_;
  uint64_t device_bytes_ = 0;
  uint64_t peak_device_bytes_ = 0;
  int open_ = 0;
};

/// Opens device memory for a kernel, copy or BLAS call.
class OpenMemory {
 public:
  OpenMemory();
  ~OpenMemory();
  OpenMemory(const OpenMemory&) = delete;
  OpenMemory& operator=(const OpenMemory&) = delete;
};

}  // namespace rnn4j::emulation
