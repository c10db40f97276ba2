// One checked and queued matrix product of the fake cuBLAS.
#pragma once

#include <cuda_runtime.h>

namespace rnn4j::emulation::cublas {

enum Status {
  kSuccess = 0,
  kNotInitialized = 1,
  kInvalidValue = 7,
  kExecutionFailed = 13,
  kNotSupported = 15
};

struct Handle {
  cudaStream_t stream = nullptr;
  void* workspace = nullptr;
  size_t workspace_bytes = 0;
  int math_mode = 0;
};

/// A matrix operand as the call gives it.
struct Operand {
  const void* data;
  int type;
  int leading;
  long long stride;
};

struct Gemm {
  bool transpose_a, transpose_b;
  int m, n, k;
  float alpha, beta;
  Operand a, b, c;
  int batches;
  bool tf32;
};

/// Checks everything, then queues the product on the handle's stream.
Status queue_gemm(Handle* handle, int transpose_a, int transpose_b, int m, int n, int k, const void* alpha,
                  Operand a, Operand b, const void* beta, Operand c, int batches, int compute_type);

}  // namespace rnn4j::emulation::cublas
