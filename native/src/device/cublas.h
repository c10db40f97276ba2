// cuBLAS, found at run time: our own prototypes of the few entry points, and the loader.
//
// The numbers are those of cublas_api.h; tests/api/cublas_prototypes_test.cc compares both where that header is.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <string>

namespace rnn4j {

struct CublasContext;
using CublasHandle = CublasContext*;

constexpr int kCublasOpN = 0;
constexpr int kCublasOpT = 1;

constexpr int kCublasDefaultMath = 0;
constexpr int kCublasPedanticMath = 2;
constexpr int kCublasTf32Math = 3;

constexpr int kCublasCompute32F = 68;
constexpr int kCublasCompute32FPedantic = 69;
constexpr int kCublasCompute32FTf32 = 77;

constexpr int kCublasGemmDefault = -1;

constexpr int kCudaR32F = 0;
constexpr int kCudaR16F = 2;
constexpr int kCudaR16BF = 14;

constexpr int kCublasMajorVersion = 0;
constexpr int kCublasMinorVersion = 1;
constexpr int kCublasPatchLevel = 2;

/// The oldest cuBLAS whose entry points take the types that we pass.
constexpr int kCublasOldestMajor = 12;

/// The entry points. Enumerations travel as int, which is what they are in C.
struct CublasApi {
  int (*create)(CublasHandle* handle);
  int (*destroy)(CublasHandle handle);
  int (*set_stream)(CublasHandle handle, cudaStream_t stream);
  int (*set_workspace)(CublasHandle handle, void* workspace, size_t bytes);
  int (*set_math_mode)(CublasHandle handle, int mode);
  int (*gemm_ex)(CublasHandle handle, int op_a, int op_b, int m, int n, int k, const void* alpha, const void* a,
                 int type_a, int lda, const void* b, int type_b, int ldb, const void* beta, void* c, int type_c,
                 int ldc, int compute_type, int algorithm);
  int (*get_property)(int type, int* value);
  const char* (*get_status_string)(int status);
};

/// A loaded cuBLAS. Closing it is left to the end of the process: other code may have it open, and it does not
/// survive being unloaded while a context lives.
class Cublas {
 public:
  /// Looks for it in this order: `path` (a file or a folder, may be empty), the environment's RNN4J_CUBLAS, what
  /// the process has loaded, the sonames, toolkits, Python wheels. What is named explicitly and fails is an error.
  ///
  /// The path or the variable "none" asks for none: then nothing is looked for.
  ///
  /// Throws RNN4J_CUBLAS_NOT_FOUND, with every place looked at and why it did not serve.
  static Cublas load(const std::string& path);

  /// False where none was asked for; then there is no `api`.
  bool is_loaded() const { return api_.create != nullptr; }
  const CublasApi& api() const { return api_; }
  /// 130002 for 13.0.2.
  int version() const { return version_; }
  /// The file in use, or "none".
  const std::string& path() const { return path_; }

  /// Throws RNN4J_CUBLAS_FAILED unless `status` is 0.
  void check(int status, const char* call, const char* file, int line) const;

 private:
  CublasApi api_{};
  int version_ = 0;
  std::string path_;

  friend class CublasSearch;
};

}  // namespace rnn4j

#define RNN4J_CUBLAS(cublas, call) (cublas).check((cublas).api().call, "cublas " #call, __FILE__, __LINE__)
