// The entry point that the missing-symbol variant leaves out.
#include "gemm.h"

using namespace rnn4j::emulation::cublas;

extern "C" int cublasGemmStridedBatchedEx(Handle* handle, int transpose_a, int transpose_b, int m, int n, int k,
                                          const void* alpha, const void* a, int a_type, int lda, long long stride_a,
                                          const void* b, int b_type, int ldb, long long stride_b, const void* beta,
                                          void* c, int c_type, int ldc, long long stride_c, int batches,
                                          int compute_type, int) {
  return queue_gemm(handle, transpose_a, transpose_b, m, n, k, alpha, {a, a_type, lda, stride_a},
                    {b, b_type, ldb, stride_b}, beta, {c, c_type, ldc, stride_c}, batches, compute_type);
}
