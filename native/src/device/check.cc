#include "device/check.h"

namespace rnn4j {
namespace {

rnn4j_status status_of(cudaError_t error) noexcept {
  if (is_device_lost(error)) {
    return RNN4J_DEVICE_LOST;
  }
  return error == cudaErrorMemoryAllocation ? RNN4J_OUT_OF_DEVICE_MEMORY : RNN4J_CUDA_FAILED;
}

}  // namespace

bool is_device_lost(cudaError_t error) noexcept {
  switch (static_cast<int>(error)) {
    case 46:   // devices unavailable
    case 214:  // uncorrectable ECC error
    case 220:  // uncorrectable NVLink error
    case 226:  // contained
    case 700:  // illegal address
    case 702:  // launch timeout
    case 710:  // assert
    case 714:  // hardware stack error
    case 715:  // illegal instruction
    case 716:  // misaligned address
    case 717:  // invalid address space
    case 718:  // invalid program counter
    case 719:  // launch failure
    case 721:  // too many clusters lost
      return true;
    default:
      return false;
  }
}

void fail_cuda(cudaError_t error, const char* call, const char* file, int line) {
  // Takes the error out of the thread, so that it is not blamed on a later launch. A sticky one stays.
  ignore_cuda(cudaGetLastError());
  fail(status_of(error), call, " at ", file, ":", line, " failed: ", cudaGetErrorName(error), " (",
       static_cast<int>(error), "), ", cudaGetErrorString(error),
       is_device_lost(error) ? "; the device is lost to this process, which must be started again" : "");
}

}  // namespace rnn4j
