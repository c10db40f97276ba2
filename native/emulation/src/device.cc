#include "device.h"

#include <cstdio>

namespace rnn4j::emulation {
namespace {

thread_local cudaError_t t_last_error = cudaSuccess;

cudaError_t driver_error(Driver driver) {
  switch (driver) {
    case Driver::present: return cudaSuccess;
    case Driver::no_device: return cudaErrorNoDevice;
    case Driver::none:
    case Driver::old: return cudaErrorInsufficientDriver;
  }
  return cudaErrorUnknown;
}

/// Counts down to an injected fault; true when it is this call's turn.
bool falls_due(Fault& fault) { return fault.call != 0 && --fault.call == 0; }

}  // namespace

Device::Device() : settings(settings_from_environment()), random(settings.seed) {}

Device& device() {
  // Never destroyed: static destructors of the library under test may still free memory.
  static Device* const instance = new Device;
  return *instance;
}

void report_fault(const std::string& message) {
  Device& d = device();
  d.report = message + "\n  (seed " + std::to_string(d.settings.seed) + ")";
  ++d.counts.faults;
  std::fprintf(stderr, "rnn4j emulation: %s\n", d.report.c_str());
}

void make_sticky(cudaError_t error) {
  if (device().sticky == cudaSuccess) device().sticky = error;
}

void reset_device() {
  Device& d = device();
  for (Stream* stream : d.streams) delete stream;
  for (Event* event : d.events) delete event;
  for (Graph* graph : d.graphs) delete graph;
  for (GraphExec* exec : d.graph_execs) delete exec;
  d.streams.clear();
  d.events.clear();
  d.graphs.clear();
  d.graph_execs.clear();
  d.legacy_stream.queue.clear();
  d.memory.clear();
  d.kernels.clear();
  d.settings = settings_from_environment();
  d.counts = Counts();
  d.report.clear();
  d.sticky = cudaSuccess;
  d.random = Random(d.settings.seed);
  t_last_error = cudaSuccess;
}

ApiCall::ApiCall(const char*) : guard_(device().lock) {
  Device& d = device();
  ++d.counts.cuda_calls;
  error_ = driver_error(d.settings.driver);
  has_device_ = error_ == cudaSuccess;
  if (!has_device_) return;
  if (d.settings.lost_from_call != 0 && d.counts.cuda_calls >= d.settings.lost_from_call) {
    make_sticky(cudaErrorLaunchFailure);
  }
  if (falls_due(d.settings.cuda_fault)) {
    error_ = static_cast<cudaError_t>(d.settings.cuda_fault.code);
  } else {
    error_ = d.sticky;
  }
}

cudaError_t ApiCall::finish(cudaError_t result) {
  if (error_ != cudaSuccess) result = error_;
  // An eager kernel's fault surfaces at the next call, as on a GPU: only errors of this call are returned here.
  if (result != cudaSuccess && result != cudaErrorNotReady) t_last_error = result;
  return result;
}

cudaError_t last_error(bool clear) {
  std::lock_guard<std::recursive_mutex> guard(device().lock);
  if (device().sticky != cudaSuccess) return device().sticky;
  const cudaError_t error = t_last_error;
  if (clear) t_last_error = cudaSuccess;
  return error;
}

int enter_cublas_call() {
  Device& d = device();
  ++d.counts.cublas_calls;
  return falls_due(d.settings.cublas_fault) ? d.settings.cublas_fault.code : 0;
}

}  // namespace rnn4j::emulation
