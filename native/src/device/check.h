// Every call of CUDA and of cuBLAS goes through one of these: a failure names the call and its place.
#pragma once

#include <cuda_runtime.h>

#include "api/error.h"

namespace rnn4j {

/// True for errors after which the process has no device any more.
bool is_device_lost(cudaError_t error) noexcept;

[[noreturn]] void fail_cuda(cudaError_t error, const char* call, const char* file, int line);

inline void check_cuda(cudaError_t error, const char* call, const char* file, int line) {
  if (error != cudaSuccess) {
    fail_cuda(error, call, file, line);
  }
}

/// For what cannot throw, as destructors: a failure there is one of an earlier call, which has been reported.
inline void ignore_cuda(cudaError_t error) noexcept { static_cast<void>(error); }

}  // namespace rnn4j

#define RNN4J_CUDA(call) ::rnn4j::check_cuda((call), #call, __FILE__, __LINE__)
