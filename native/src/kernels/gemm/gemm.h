// Product whose bits do not depend on the rows around: for batch_invariant, where cuBLAS promises nothing.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/number_type.h"

namespace rnn4j::kernels {

// c[m, n] = sum over k of a[m, k] b[n, k]; row-major, products exact, sums float in an order that k alone fixes.
struct GemmParams {
  int64_t m;
  int n;
  int k;               // 0: c becomes 0
  NumberType type;     // of a and b
  const void* a;       // [m, k], rows lda apart
  int64_t lda;
  const void* b;       // [n, k], rows ldb apart
  int64_t ldb;
  float* c;            // [m, n], rows ldc apart; need not be initialised, overlaps neither a nor b
  int64_t ldc;
};

bool supports(const GemmParams& params);
cudaError_t launch_gemm(const GemmParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
