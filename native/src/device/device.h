// An opened device: checked once, then a number, its limits and a loaded cuBLAS.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "api/error.h"
#include "device/cublas.h"
#include "device/memory.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j {

/// Thread-safe.
class Device {
 public:
  /// Checks driver, device, architecture and cuBLAS, in this order; the first that is missing is the error.
  explicit Device(const rnn4j_device_options& options);

  /// Gives back the pinned memory that the caller forgot. Refused while executables exist.
  void close();

  void describe(rnn4j_device_info& info) const;

  /// Makes it the calling thread's device. Throws RNN4J_DEVICE_LOST if it was lost before.
  void select() const;
  /// For what only gives back: a lost device takes nothing back, and nobody need know.
  void select_quietly() const noexcept;

  /// Runs `body` on this device and remembers if it is lost meanwhile.
  template <typename Body>
  void use(Body&& body) {
    try {
      select();
      body();
    } catch (const Error& e) {
      note_loss(e);
      throw;
    }
  }

  const Cublas& cublas() const { return cublas_; }
  int multiprocessors() const { return multiprocessors_; }
  int compute_capability() const { return compute_capability_; }

  void executable_added() { ++executables_; }
  void executable_removed() { --executables_; }

  void* host_alloc(size_t bytes);
  void host_free(void* memory);
  /// All of it lies in one allocation of host_alloc.
  bool is_pinned(const void* data, size_t bytes) const;

 private:
  void note_loss(const Error& error);

  int ordinal_;
  std::string name_;
  int compute_capability_ = 0;
  int multiprocessors_ = 0;
  int driver_version_ = 0;
  int runtime_version_ = 0;
  Cublas cublas_;
  std::atomic<int> executables_{0};
  mutable std::mutex mutex_;
  std::map<uintptr_t, PinnedMemory> pinned_;  // by address
  std::string lost_;
  std::atomic<bool> is_lost_{false};
};

/// The oldest architecture that the library has code for, 75 for 7.5.
constexpr int kOldestArchitecture = RNN4J_OLDEST_ARCHITECTURE;

}  // namespace rnn4j
