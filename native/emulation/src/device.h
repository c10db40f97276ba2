// The one emulated device: settings, lock, errors, counts. All state of the double hangs on device().
#pragma once

#include <cuda_runtime.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "memory.h"
#include "random.h"
#include "settings.h"
#include "stream.h"

namespace rnn4j::emulation {

// An H100's limits.
constexpr int kStaticSharedBytes = 48 * 1024;
constexpr int kMaxSharedBytes = 232448;
constexpr int kSharedBytesOfMultiprocessor = 233472;

struct KernelAttributes {
  int max_dynamic_bytes = kStaticSharedBytes;
};

struct Counts {
  uint64_t cuda_calls = 0, cublas_calls = 0, kernels = 0, faults = 0, cublas_handles = 0;
};

struct Device {
  Device();

  std::recursive_mutex lock;
  Settings settings;
  Counts counts;
  std::string report;
  cudaError_t sticky = cudaSuccess;
  Random random;
  Memory memory;
  std::map<const void*, KernelAttributes> kernels;
  std::vector<Stream*> streams;  // in order of creation, so that a seed replays
  std::set<Event*> events;
  std::set<Graph*> graphs;
  std::set<GraphExec*> graph_execs;
  Stream legacy_stream{0};
};

Device& device();

/// Stores and prints a fault found; the message names the cause and the place.
void report_fault(const std::string& message);

/// Makes every later call fail with `error`, as a GPU does after a kernel's fault.
void make_sticky(cudaError_t error);

/// Forgets everything as a new process would.
void reset_device();

/// One call of the runtime: holds the lock, counts, and says whether driver, sticky errors or an injected
/// fault stop the call. Calls that release something do so all the same, and return the error.
class ApiCall {
 public:
  explicit ApiCall(const char* name);

  cudaError_t error() const { return error_; }
  /// True when there is a device to act on, whatever error is to be returned.
  bool has_device() const { return has_device_; }
  /// Notes the call's result for cudaGetLastError: the error that stopped the call, else `result`.
  cudaError_t finish(cudaError_t result = cudaSuccess);

 private:
  std::lock_guard<std::recursive_mutex> guard_;
  cudaError_t error_ = cudaSuccess;
  bool has_device_ = true;
};

/// The calling thread's last error; `clear` as cudaGetLastError.
cudaError_t last_error(bool clear);

/// For the fake cuBLAS: counts a call and returns the status to fail with, or 0.
int enter_cublas_call();

}  // namespace rnn4j::emulation
