// Our numbers and prototypes of cuBLAS against NVIDIA's header. Compiled where that header is; nothing to run.
#include <cublas_v2.h>

#include <type_traits>

#include "device/cublas.h"

namespace {

/// Two parameters travel alike: pointers as pointers, enumerations as int, numbers as themselves.
template <typename Ours, typename Theirs>
constexpr bool travels_alike() {
  if constexpr (std::is_pointer_v<Theirs>) {
    return std::is_pointer_v<Ours>;
  } else if constexpr (std::is_enum_v<Theirs>) {
    return std::is_same_v<Ours, int> && sizeof(Theirs) == sizeof(int);
  } else {
    return std::is_same_v<Ours, Theirs>;
  }
}

template <typename R1, typename... Ours, typename R2, typename... Theirs>
constexpr bool same(R1 (*)(Ours...), R2 (*)(Theirs...)) {
  if constexpr (sizeof...(Ours) == sizeof...(Theirs)) {
    return travels_alike<R1, R2>() && (... && travels_alike<Ours, Theirs>());
  }
  return false;
}

constexpr rnn4j::CublasApi kApi{};
// The header has an overload of GemmEx that takes the compute type as a cudaDataType: ours is the other.
using GemmEx = cublasStatus_t (*)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, const void*,
                                  const void*, cudaDataType, int, const void*, cudaDataType, int, const void*, void*,
                                  cudaDataType, int, cublasComputeType_t, cublasGemmAlgo_t);
constexpr GemmEx kGemmEx = &cublasGemmEx;

static_assert(same(kApi.create, &cublasCreate_v2));
static_assert(same(kApi.destroy, &cublasDestroy_v2));
static_assert(same(kApi.set_stream, &cublasSetStream_v2));
static_assert(same(kApi.set_workspace, &cublasSetWorkspace_v2));
static_assert(same(kApi.set_math_mode, &cublasSetMathMode));
static_assert(same(kApi.gemm_ex, kGemmEx));
static_assert(same(kApi.get_property, &cublasGetProperty));
static_assert(same(kApi.get_status_string, &cublasGetStatusString));

static_assert(rnn4j::kCublasOpN == CUBLAS_OP_N && rnn4j::kCublasOpT == CUBLAS_OP_T);
static_assert(rnn4j::kCublasDefaultMath == CUBLAS_DEFAULT_MATH && rnn4j::kCublasTf32Math == CUBLAS_TF32_TENSOR_OP_MATH);
static_assert(rnn4j::kCublasCompute32F == CUBLAS_COMPUTE_32F);
static_assert(rnn4j::kCublasCompute32FTf32 == CUBLAS_COMPUTE_32F_FAST_TF32);
static_assert(rnn4j::kCublasGemmDefault == CUBLAS_GEMM_DEFAULT);
static_assert(rnn4j::kCudaR32F == CUDA_R_32F && rnn4j::kCudaR16F == CUDA_R_16F && rnn4j::kCudaR16BF == CUDA_R_16BF);
static_assert(rnn4j::kCublasMajorVersion == MAJOR_VERSION && rnn4j::kCublasMinorVersion == MINOR_VERSION);
static_assert(rnn4j::kCublasPatchLevel == PATCH_LEVEL);

}  // namespace
