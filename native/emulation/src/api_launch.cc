// Runtime calls: kernels.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "device.h"
#include "launch.h"
#include "stream.h"

#include <rnn4j/gpu/device.cuh>

namespace rnn4j::gpu {
namespace {
thread_local const char* t_kernel_name = nullptr;
}

void name_next_kernel(const char* name) { t_kernel_name = name; }

}  // namespace rnn4j::gpu

namespace rnn4j::emulation {
namespace {

size_t volume(const dim3& size) { return size_t{size.x} * size.y * size.z; }

int resident_blocks(size_t threads, size_t dynamic_bytes) {
  const size_t warps = (threads + 31) / 32;
  const size_t by_threads = 2048 / (warps * 32);
  // CUDA keeps 1 KiB of shared memory per block for itself.
  const size_t by_shared = kSharedBytesOfMultiprocessor / (dynamic_bytes + 1024);
  const size_t cap = static_cast<size_t>(device().settings.blocks_per_multiprocessor);
  return static_cast<int>(std::min({by_threads, by_shared, cap}));
}

cudaError_t check(const LaunchRequest& r, const void* kernel) {
  Device& d = device();
  if (r.grid.x == 0 || r.grid.y == 0 || r.grid.z == 0 || r.grid.y > 65535 || r.grid.z > 65535) {
    return cudaErrorInvalidConfiguration;
  }
  const size_t threads = volume(r.block);
  if (threads == 0 || threads > 1024 || r.block.z > 64) return cudaErrorInvalidConfiguration;
  if (r.dynamic_bytes > static_cast<size_t>(d.kernels[kernel].max_dynamic_bytes)) return cudaErrorInvalidValue;
  const size_t resident = static_cast<size_t>(resident_blocks(threads, r.dynamic_bytes)) *
                          static_cast<size_t>(d.settings.multiprocessors);
  if (r.cooperative && volume(r.grid) > resident) return cudaErrorCooperativeLaunchTooLarge;
  return cudaSuccess;
}

/// RNN4J_EMU_KERNELS: a file that gets the name of every kernel once, when it is first run.
void note(const std::string& name) {
  static const char* const file = std::getenv("RNN4J_EMU_KERNELS");
  static auto* const noted = new std::set<std::string>;
  if (file == nullptr || !noted->insert(name).second) return;
  std::FILE* out = std::fopen(file, "a");
  if (out == nullptr || std::fprintf(out, "%s\n", name.c_str()) < 0 || std::fclose(out) != 0) {
    std::fprintf(stderr, "rnn4j emulation: RNN4J_EMU_KERNELS=%s cannot be written\n", file);
    std::abort();
  }
}

cudaError_t run(const LaunchRequest& request) {
  Device& d = device();
  ++d.counts.kernels;
  note(request.name);
  Launch launch(request);
  if (!launch.run()) return cudaErrorLaunchFailure;
  return d.memory.check_canaries("kernel " + request.name) ? cudaSuccess : cudaErrorIllegalAddress;
}

}  // namespace

cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel, std::shared_ptr<KernelCall> call) {
  ApiCall api("cudaLaunchKernelExC");
  const char* name = gpu::t_kernel_name == nullptr ? "(unnamed)" : gpu::t_kernel_name;
  gpu::t_kernel_name = nullptr;
  if (api.error() != cudaSuccess) return api.finish();
  Stream* stream = find_stream(config.stream);
  if (stream == nullptr) return api.finish(cudaErrorInvalidResourceHandle);
  LaunchRequest request{name, config.gridDim, config.blockDim, config.dynamicSmemBytes, false, std::move(call)};
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const cudaLaunchAttribute& attribute = config.attrs[i];
    if (attribute.id == cudaLaunchAttributeCooperative) request.cooperative = attribute.val.cooperative != 0;
  }
  const cudaError_t error = check(request, kernel);
  if (error != cudaSuccess) return api.finish(error);
  const std::string operation = "kernel " + request.name;
  return api.finish(enqueue(*stream, {operation, [request]() { return run(request); }, nullptr, nullptr}));
}

cudaError_t set_function_attribute(const void* kernel, cudaFuncAttribute attribute, int value) {
  ApiCall call("cudaFuncSetAttribute");
  if (call.error() != cudaSuccess) return call.finish();
  if (kernel == nullptr) return call.finish(cudaErrorInvalidDeviceFunction);
  if (attribute == cudaFuncAttributePreferredSharedMemoryCarveout) return call.finish();
  if (value < 0 || value > kMaxSharedBytes) return call.finish(cudaErrorInvalidValue);
  device().kernels[kernel].max_dynamic_bytes = std::max(value, kStaticSharedBytes);
  return call.finish();
}

cudaError_t function_attributes(cudaFuncAttributes* attributes, const void* kernel) {
  ApiCall call("cudaFuncGetAttributes");
  if (call.error() != cudaSuccess) return call.finish();
  *attributes = {};
  attributes->maxThreadsPerBlock = 1024;
  attributes->numRegs = 32;
  attributes->binaryVersion = attributes->ptxVersion = device().settings.capability;
  attributes->maxDynamicSharedSizeBytes = device().kernels[kernel].max_dynamic_bytes;
  return call.finish();
}

cudaError_t occupancy(int* blocks, const void* kernel, int block_size, size_t dynamic_bytes) {
  ApiCall call("cudaOccupancyMaxActiveBlocksPerMultiprocessor");
  if (call.error() != cudaSuccess) return call.finish();
  if (block_size <= 0 || block_size > 1024) return call.finish(cudaErrorInvalidValue);
  const bool fits = dynamic_bytes <= static_cast<size_t>(device().kernels[kernel].max_dynamic_bytes);
  *blocks = fits ? resident_blocks(static_cast<size_t>(block_size), dynamic_bytes) : 0;
  return call.finish();
}

}  // namespace rnn4j::emulation
