// Runtime calls: driver, device, errors.
#include <cstdio>
#include <cstring>
#include <map>

#include "device.h"
#include "stream.h"

using namespace rnn4j::emulation;

namespace {

constexpr int kDriverVersion = 13000;
constexpr int kOldDriverVersion = 12040;

struct ErrorText {
  const char* name;
  const char* text;
};

const std::map<int, ErrorText>& error_texts() {
  static const std::map<int, ErrorText> texts = {
      {cudaSuccess, {"cudaSuccess", "no error"}},
      {cudaErrorInvalidValue, {"cudaErrorInvalidValue", "invalid argument"}},
      {cudaErrorMemoryAllocation, {"cudaErrorMemoryAllocation", "out of memory"}},
      {cudaErrorInitializationError, {"cudaErrorInitializationError", "initialization error"}},
      {cudaErrorInvalidConfiguration, {"cudaErrorInvalidConfiguration", "invalid configuration argument"}},
      {cudaErrorInvalidDevicePointer, {"cudaErrorInvalidDevicePointer", "invalid device pointer"}},
      {cudaErrorInvalidMemcpyDirection, {"cudaErrorInvalidMemcpyDirection", "invalid copy direction for memcpy"}},
      {cudaErrorInsufficientDriver,
       {"cudaErrorInsufficientDriver", "CUDA driver version is insufficient for CUDA runtime version"}},
      {cudaErrorDevicesUnavailable,
       {"cudaErrorDevicesUnavailable", "CUDA-capable device(s) is/are busy or unavailable"}},
      {cudaErrorInvalidDeviceFunction, {"cudaErrorInvalidDeviceFunction", "invalid device function"}},
      {cudaErrorNoDevice, {"cudaErrorNoDevice", "no CUDA-capable device is detected"}},
      {cudaErrorInvalidDevice, {"cudaErrorInvalidDevice", "invalid device ordinal"}},
      {cudaErrorNoKernelImageForDevice,
       {"cudaErrorNoKernelImageForDevice", "no kernel image is available for execution on the device"}},
      {cudaErrorECCUncorrectable, {"cudaErrorECCUncorrectable", "uncorrectable ECC error encountered"}},
      {cudaErrorInvalidResourceHandle, {"cudaErrorInvalidResourceHandle", "invalid resource handle"}},
      {cudaErrorNotReady, {"cudaErrorNotReady", "device not ready"}},
      {cudaErrorIllegalAddress, {"cudaErrorIllegalAddress", "an illegal memory access was encountered"}},
      {cudaErrorLaunchOutOfResources,
       {"cudaErrorLaunchOutOfResources", "too many resources requested for launch"}},
      {cudaErrorLaunchTimeout, {"cudaErrorLaunchTimeout", "the launch timed out and was terminated"}},
      {cudaErrorHostMemoryAlreadyRegistered,
       {"cudaErrorHostMemoryAlreadyRegistered", "part or all of the requested memory range is already mapped"}},
      {cudaErrorHostMemoryNotRegistered,
       {"cudaErrorHostMemoryNotRegistered", "pointer does not correspond to a registered memory region"}},
      {cudaErrorLaunchFailure, {"cudaErrorLaunchFailure", "unspecified launch failure"}},
      {cudaErrorCooperativeLaunchTooLarge,
       {"cudaErrorCooperativeLaunchTooLarge", "too many blocks in cooperative launch"}},
      {cudaErrorStreamCaptureUnsupported,
       {"cudaErrorStreamCaptureUnsupported", "operation not permitted when stream is capturing"}},
      {cudaErrorStreamCaptureInvalidated,
       {"cudaErrorStreamCaptureInvalidated", "operation failed due to a previous error during capture"}},
      {cudaErrorStreamCaptureMerge,
       {"cudaErrorStreamCaptureMerge", "operation would result in a merge of separate capture sequences"}},
      {cudaErrorStreamCaptureUnmatched,
       {"cudaErrorStreamCaptureUnmatched", "capture was not ended in the same stream as it began"}},
      {cudaErrorStreamCaptureUnjoined,
       {"cudaErrorStreamCaptureUnjoined", "capturing stream has unjoined work"}},
      {cudaErrorStreamCaptureIsolation,
       {"cudaErrorStreamCaptureIsolation", "dependency created on uncaptured work in another stream"}},
      {cudaErrorStreamCaptureImplicit,
       {"cudaErrorStreamCaptureImplicit",
        "operation would make the legacy stream depend on a capturing blocking stream"}},
      {cudaErrorCapturedEvent,
       {"cudaErrorCapturedEvent", "operation not permitted on an event last recorded in a capturing stream"}},
      {cudaErrorStreamCaptureWrongThread,
       {"cudaErrorStreamCaptureWrongThread",
        "attempt to terminate a thread-local capture sequence from another thread"}},
      {cudaErrorUnknown, {"cudaErrorUnknown", "unknown error"}},
  };
  return texts;
}

bool attribute_value(const Settings& s, cudaDeviceAttr attribute, int* value) {
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock: *value = 1024; return true;
    case cudaDevAttrMaxGridDimX: *value = 2147483647; return true;
    case cudaDevAttrMaxGridDimY:
    case cudaDevAttrMaxGridDimZ: *value = 65535; return true;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = kStaticSharedBytes; return true;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = kMaxSharedBytes; return true;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor: *value = kSharedBytesOfMultiprocessor; return true;
    case cudaDevAttrWarpSize: *value = 32; return true;
    case cudaDevAttrMaxRegistersPerBlock:
    case cudaDevAttrMaxRegistersPerMultiprocessor: *value = 65536; return true;
    case cudaDevAttrMaxThreadsPerMultiProcessor: *value = 2048; return true;
    case cudaDevAttrClockRate: *value = 1'000'000; return true;
    case cudaDevAttrMemoryClockRate: *value = 1'000'000; return true;
    case cudaDevAttrMultiProcessorCount: *value = s.multiprocessors; return true;
    case cudaDevAttrL2CacheSize: *value = 50 << 20; return true;
    case cudaDevAttrComputeCapabilityMajor: *value = s.capability / 10; return true;
    case cudaDevAttrComputeCapabilityMinor: *value = s.capability % 10; return true;
    case cudaDevAttrComputeMode:
    case cudaDevAttrPciBusId: *value = 0; return true;
    case cudaDevAttrAsyncEngineCount: *value = 2; return true;
    case cudaDevAttrCanMapHostMemory:
    case cudaDevAttrConcurrentKernels:
    case cudaDevAttrUnifiedAddressing:
    case cudaDevAttrCooperativeLaunch: *value = 1; return true;
  }
  return false;
}

}  // namespace

cudaError_t cudaDriverGetVersion(int* version) {
  const ApiCall call("cudaDriverGetVersion");
  const Driver driver = device().settings.driver;
  *version = driver == Driver::none ? 0 : driver == Driver::old ? kOldDriverVersion : kDriverVersion;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* count) {
  ApiCall call("cudaGetDeviceCount");
  *count = call.has_device() ? 1 : 0;
  return call.finish();
}

cudaError_t cudaGetDevice(int* number) {
  ApiCall call("cudaGetDevice");
  if (call.error() == cudaSuccess) *number = 0;
  return call.finish();
}

cudaError_t cudaSetDevice(int number) {
  ApiCall call("cudaSetDevice");
  return call.finish(number == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int number) {
  ApiCall call("cudaDeviceGetAttribute");
  if (call.error() != cudaSuccess) return call.finish();
  if (number != 0) return call.finish(cudaErrorInvalidDevice);
  return call.finish(attribute_value(device().settings, attribute, value) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int number) {
  ApiCall call("cudaGetDeviceProperties");
  if (call.error() != cudaSuccess) return call.finish();
  if (number != 0) return call.finish(cudaErrorInvalidDevice);
  const Settings& s = device().settings;
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "rnn4j emulation (CPU)");
  properties->totalGlobalMem = s.memory_bytes;
  properties->sharedMemPerBlock = kStaticSharedBytes;
  properties->sharedMemPerBlockOptin = kMaxSharedBytes;
  properties->major = s.capability / 10;
  properties->minor = s.capability % 10;
  properties->multiProcessorCount = s.multiprocessors;
  properties->warpSize = 32;
  properties->l2CacheSize = 50 << 20;
  return call.finish();
}

cudaError_t cudaDeviceSynchronize() {
  ApiCall call("cudaDeviceSynchronize");
  if (call.error() != cudaSuccess) return call.finish();
  const cudaError_t forbidden = forbidden_by_capture();
  if (forbidden != cudaSuccess) return call.finish(forbidden);
  drain_all();
  return call.finish(device().sticky);
}

cudaError_t cudaMemGetInfo(size_t* free_bytes, size_t* total_bytes) {
  ApiCall call("cudaMemGetInfo");
  if (call.error() != cudaSuccess) return call.finish();
  *total_bytes = device().settings.memory_bytes;
  const uint64_t used = device().memory.device_bytes();
  *free_bytes = used < *total_bytes ? *total_bytes - used : 0;
  return call.finish();
}

cudaError_t cudaGetLastError() { return last_error(true); }
cudaError_t cudaPeekAtLastError() { return last_error(false); }

const char* cudaGetErrorString(cudaError_t error) {
  const auto found = error_texts().find(error);
  return found == error_texts().end() ? "unrecognized error code" : found->second.text;
}

const char* cudaGetErrorName(cudaError_t error) {
  const auto found = error_texts().find(error);
  return found == error_texts().end() ? "unrecognized error code" : found->second.name;
}
