// Runtime calls: memory and copies.
#include <cstring>
#include <memory>
#include <vector>

#include "device.h"
#include "stream.h"

using namespace rnn4j::emulation;

namespace {

cudaError_t allocate(ApiCall& call, void** pointer, size_t bytes, MemoryKind kind) {
  if (call.error() != cudaSuccess) return call.finish();
  const cudaError_t forbidden = forbidden_by_capture();
  if (forbidden != cudaSuccess) return call.finish(forbidden);
  if (pointer == nullptr) return call.finish(cudaErrorInvalidValue);
  *pointer = nullptr;
  if (bytes == 0) return call.finish(kind == MemoryKind::device ? cudaSuccess : cudaErrorInvalidValue);
  *pointer = device().memory.allocate(bytes, kind, device().settings.memory_bytes);
  return call.finish(*pointer == nullptr ? cudaErrorMemoryAllocation : cudaSuccess);
}

cudaError_t release(ApiCall& call, void* pointer, MemoryKind kind) {
  if (!call.has_device()) return call.finish();
  if (pointer == nullptr) return call.finish();
  const cudaError_t forbidden = forbidden_by_capture();
  if (forbidden != cudaSuccess) return call.finish(forbidden);
  drain_all();
  if (!device().memory.release(pointer, kind)) return call.finish(cudaErrorInvalidValue);
  return call.finish(device().sticky);
}

bool is_pinned(const void* pointer) {
  const Allocation* a = device().memory.find(pointer);
  return a != nullptr && a->kind != MemoryKind::device;
}

bool on_device(const void* pointer, size_t bytes) {
  return device().memory.holds(pointer, bytes, MemoryKind::device);
}

/// True when one side of a copy may lie at `pointer`, given whether the kind says device.
bool side_fits(const void* pointer, size_t bytes, bool should_be_device) {
  const Allocation* a = device().memory.find(pointer);
  if (a == nullptr) return !should_be_device;
  // Pinned memory may stand on either side.
  if (a->kind == MemoryKind::device && !should_be_device) return false;
  return device().memory.holds(pointer, bytes, a->kind);
}

cudaError_t check_copy(const void* to, size_t to_bytes, const void* from, size_t from_bytes, cudaMemcpyKind* kind) {
  const Memory& memory = device().memory;
  const auto is_device = [&memory](const void* p) {
    const Allocation* a = memory.find(p);
    return a != nullptr && a->kind == MemoryKind::device;
  };
  if (to == nullptr || from == nullptr) return cudaErrorInvalidValue;
  if (*kind == cudaMemcpyDefault) {
    *kind = is_device(to) ? (is_device(from) ? cudaMemcpyDeviceToDevice : cudaMemcpyHostToDevice)
                          : (is_device(from) ? cudaMemcpyDeviceToHost : cudaMemcpyHostToHost);
  }
  const bool to_device = *kind == cudaMemcpyHostToDevice || *kind == cudaMemcpyDeviceToDevice;
  const bool from_device = *kind == cudaMemcpyDeviceToHost || *kind == cudaMemcpyDeviceToDevice;
  if (*kind < cudaMemcpyHostToHost || *kind > cudaMemcpyDefault) return cudaErrorInvalidMemcpyDirection;
  return side_fits(to, to_bytes, to_device) && side_fits(from, from_bytes, from_device) ? cudaSuccess
                                                                                        : cudaErrorInvalidValue;
}

struct Region {
  void* to;
  size_t to_pitch;
  const void* from;
  size_t from_pitch, width, height;

  size_t span(size_t pitch) const { return pitch * (height - 1) + width; }
};

void copy_rows(const Region& r) {
  for (size_t row = 0; row < r.height; ++row) {
    char* to = static_cast<char*>(r.to) + row * r.to_pitch;
    const char* from = static_cast<const char*>(r.from) + row * r.from_pitch;
    std::memmove(to, from, r.width);
  }
}

/// `synchronous`: the caller waits for the copy, whatever the memory is.
cudaError_t copy(const Region& r, cudaMemcpyKind kind, cudaStream_t handle, bool synchronous) {
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  if (r.width == 0 || r.height == 0) return cudaSuccess;
  if (r.to_pitch < r.width || r.from_pitch < r.width) return cudaErrorInvalidValue;
  const cudaError_t error = check_copy(r.to, r.span(r.to_pitch), r.from, r.span(r.from_pitch), &kind);
  if (error != cudaSuccess) return error;
  const bool capturing = stream->capture != nullptr;
  if (kind == cudaMemcpyHostToDevice && !is_pinned(r.from) && !capturing) {
    // The real call stages pageable memory before it returns; pinned memory is read when the copy runs.
    auto staged = std::make_shared<std::vector<char>>(r.span(r.from_pitch));
    std::memcpy(staged->data(), r.from, staged->size());
    const cudaError_t queued = enqueue(*stream, {"copy", [r, staged]() {
                                                   Region from_stage = r;
                                                   from_stage.from = staged->data();
                                                   copy_rows(from_stage);
                                                   return cudaSuccess;
                                                 }, nullptr, nullptr});
    if (queued == cudaSuccess && synchronous) drain(*stream);
    return queued;
  }
  const cudaError_t queued = enqueue(*stream, {"copy", [r]() {
                                                 copy_rows(r);
                                                 return cudaSuccess;
                                               }, nullptr, nullptr});
  const bool pageable_result = kind == cudaMemcpyDeviceToHost && !is_pinned(r.to);
  if (queued == cudaSuccess && !capturing && (synchronous || pageable_result)) drain(*stream);
  return queued;
}

}  // namespace

cudaError_t cudaMalloc(void** pointer, size_t bytes) {
  ApiCall call("cudaMalloc");
  return allocate(call, pointer, bytes, MemoryKind::device);
}

cudaError_t cudaFree(void* pointer) {
  ApiCall call("cudaFree");
  return release(call, pointer, MemoryKind::device);
}

cudaError_t cudaHostAlloc(void** pointer, size_t bytes, unsigned) {
  ApiCall call("cudaHostAlloc");
  return allocate(call, pointer, bytes, MemoryKind::pinned);
}

cudaError_t cudaMallocHost(void** pointer, size_t bytes, unsigned) {
  ApiCall call("cudaMallocHost");
  return allocate(call, pointer, bytes, MemoryKind::pinned);
}

cudaError_t cudaFreeHost(void* pointer) {
  ApiCall call("cudaFreeHost");
  return release(call, pointer, MemoryKind::pinned);
}

cudaError_t cudaHostRegister(void* pointer, size_t bytes, unsigned) {
  ApiCall call("cudaHostRegister");
  if (call.error() != cudaSuccess) return call.finish();
  if (pointer == nullptr || bytes == 0) return call.finish(cudaErrorInvalidValue);
  if (device().memory.find(pointer) != nullptr) return call.finish(cudaErrorHostMemoryAlreadyRegistered);
  device().memory.add_registered(pointer, bytes);
  return call.finish();
}

cudaError_t cudaHostUnregister(void* pointer) {
  ApiCall call("cudaHostUnregister");
  if (!call.has_device()) return call.finish();
  drain_all();
  const bool known = device().memory.release(pointer, MemoryKind::registered);
  return call.finish(known ? cudaSuccess : cudaErrorHostMemoryNotRegistered);
}

cudaError_t cudaHostGetDevicePointer(void** device_pointer, void* host, unsigned flags) {
  ApiCall call("cudaHostGetDevicePointer");
  if (call.error() != cudaSuccess) return call.finish();
  if (flags != 0 || !is_pinned(host)) return call.finish(cudaErrorInvalidValue);
  *device_pointer = host;
  return call.finish();
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* pointer) {
  ApiCall call("cudaPointerGetAttributes");
  if (call.error() != cudaSuccess) return call.finish();
  const Allocation* a = device().memory.find(pointer);
  void* same = const_cast<void*>(pointer);
  if (a == nullptr) {
    *attributes = {cudaMemoryTypeUnregistered, -2, nullptr, same};
  } else if (a->kind == MemoryKind::device) {
    *attributes = {cudaMemoryTypeDevice, 0, same, nullptr};
  } else {
    *attributes = {cudaMemoryTypeHost, 0, same, same};
  }
  return call.finish();
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  ApiCall call("cudaMemcpy");
  if (call.error() != cudaSuccess) return call.finish();
  const cudaError_t error = copy({to, bytes, from, bytes, bytes, 1}, kind, nullptr, true);
  return call.finish(error != cudaSuccess ? error : device().sticky);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  ApiCall call("cudaMemcpyAsync");
  if (call.error() != cudaSuccess) return call.finish();
  return call.finish(copy({to, bytes, from, bytes, bytes, 1}, kind, stream, false));
}

cudaError_t cudaMemcpy2DAsync(void* to, size_t to_pitch, const void* from, size_t from_pitch, size_t width,
                              size_t height, cudaMemcpyKind kind, cudaStream_t stream) {
  ApiCall call("cudaMemcpy2DAsync");
  if (call.error() != cudaSuccess) return call.finish();
  return call.finish(copy({to, to_pitch, from, from_pitch, width, height}, kind, stream, false));
}

cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t handle) {
  ApiCall call("cudaMemsetAsync");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  if (bytes == 0) return call.finish();
  if (!on_device(to, bytes) && !is_pinned(to)) return call.finish(cudaErrorInvalidValue);
  return call.finish(enqueue(*stream, {"memset", [=]() {
                                         std::memset(to, value, bytes);
                                         return cudaSuccess;
                                       }, nullptr, nullptr}));
}

cudaError_t cudaMemset(void* to, int value, size_t bytes) { return cudaMemsetAsync(to, value, bytes, nullptr); }
