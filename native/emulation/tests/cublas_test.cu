// The fake cuBLAS, through dlopen as the product finds it. argv[1]: folder of the variants.
#include "check.h"

#include <dlfcn.h>

#include <cmath>
#include <limits>

using check::DeviceArray;

namespace {

std::string g_folder;

struct Api {
  void* library = nullptr;
  int (*create)(void**) = nullptr;
  int (*destroy)(void*) = nullptr;
  int (*set_stream)(void*, cudaStream_t) = nullptr;
  int (*set_workspace)(void*, void*, size_t) = nullptr;
  int (*set_math_mode)(void*, int) = nullptr;
  int (*gemm)(void*, int, int, int, int, int, const void*, const void*, int, int, const void*, int, int, const void*,
              void*, int, int, int, int) = nullptr;
  int (*property)(int, int*) = nullptr;

  Api() {
    library = dlopen((g_folder + "/present/libcublas.so.13").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) check::fail(__FILE__, __LINE__, dlerror());
    find(create, "cublasCreate_v2");
    find(destroy, "cublasDestroy_v2");
    find(set_stream, "cublasSetStream_v2");
    find(set_workspace, "cublasSetWorkspace_v2");
    find(set_math_mode, "cublasSetMathMode");
    find(gemm, "cublasGemmEx");
    find(property, "cublasGetProperty");
  }

 private:
  template <typename F>
  void find(F& function, const char* name) {
    function = reinterpret_cast<F>(dlsym(library, name));
    if (function == nullptr) check::fail(__FILE__, __LINE__, std::string("no symbol ") + name);
  }
};

constexpr int kFloat = 0, kCompute32F = 68, kCompute32FFastTf32 = 77;

/// C [m,n] = A [m,k] * B [k,n], all column-major and dense, on the null stream.
int multiply(Api& api, void* handle, const float* a, const float* b, float* c, int m, int n, int k, float beta = 0,
             int compute = kCompute32F) {
  const float alpha = 1;
  return api.gemm(handle, 0, 0, m, n, k, &alpha, a, kFloat, m, b, kFloat, k, &beta, c, kFloat, m, compute, -1);
}

struct WithHandle {
  Api api;
  void* handle = nullptr;
  WithHandle() { CHECK_EQUAL(api.create(&handle), 0); }
  ~WithHandle() { api.destroy(handle); }
};

}  // namespace

TEST_CASE(products_are_right_and_beta_zero_does_not_read_c) {
  WithHandle blas;
  DeviceArray<float> a(std::vector<float>{1, 2, 3, 4, 5, 6}), b(std::vector<float>{1, 0, 2, 1, 1, 1});
  DeviceArray<float> c(std::vector<float>(4, std::numeric_limits<float>::quiet_NaN()));
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), c.get(), 2, 2, 3), 0);
  CHECK_EQUAL(c.values()[0], 11.0f);  // A = [1 3 5; 2 4 6], B = [1 1; 0 1; 2 1]
  CHECK_EQUAL(c.values()[1], 14.0f);
  CHECK_EQUAL(c.values()[2], 9.0f);
  CHECK_EQUAL(c.values()[3], 12.0f);
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), c.get(), 2, 2, 3, 2), 0);
  CHECK_EQUAL(c.values()[0], 33.0f);
}

TEST_CASE(bits_depend_on_the_shape) {
  WithHandle blas;
  const int k = 64;
  std::vector<float> a(k), b(4 * k);
  for (size_t i = 0; i < b.size(); ++i) b[i] = 1.0f / static_cast<float>(1 + i % k);
  for (size_t i = 0; i < a.size(); ++i) a[i] = std::sqrt(static_cast<float>(i));
  DeviceArray<float> d_a(a), d_b(b), alone(1), batch(4);
  CHECK_EQUAL(multiply(blas.api, blas.handle, d_a.get(), d_b.get(), alone.get(), 1, 1, k), 0);
  CHECK_EQUAL(multiply(blas.api, blas.handle, d_a.get(), d_b.get(), batch.get(), 1, 4, k), 0);
  CHECK(alone.values()[0] != batch.values()[0]);
  CHECK(std::fabs(alone.values()[0] - batch.values()[0]) < 1e-4f);
}

TEST_CASE(tf32_cuts_the_mantissa) {
  WithHandle blas;
  DeviceArray<float> a(std::vector<float>{1.0001f}), b(std::vector<float>{1}), c(1);
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), c.get(), 1, 1, 1), 0);
  CHECK_EQUAL(c.values()[0], 1.0001f);
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), c.get(), 1, 1, 1, 0, kCompute32FFastTf32), 0);
  CHECK_EQUAL(c.values()[0], 1.0f);
}

TEST_CASE(pointers_and_leading_dimensions_are_checked) {
  WithHandle blas;
  DeviceArray<float> a(6), b(6), c(4);
  const float host[6] = {};
  const float one = 1, zero = 0;
  CHECK_EQUAL(multiply(blas.api, blas.handle, host, b.get(), c.get(), 2, 2, 3), 7);
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), c.get(), 2, 3, 3), 7);
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), a.get(), 2, 2, 3), 7);
  CHECK_EQUAL(blas.api.gemm(blas.handle, 0, 0, 2, 2, 3, &one, a.get(), kFloat, 1, b.get(), kFloat, 3, &zero, c.get(),
                            kFloat, 2, kCompute32F, -1), 7);
  CHECK_EQUAL(blas.api.gemm(blas.handle, 0, 0, 2, 2, 3, &one, a.get(), 1, 2, b.get(), 1, 3, &zero, c.get(),
                            1, 2, 70, -1), 15);
}

TEST_CASE(capture_needs_a_workspace_and_a_new_stream_forgets_it) {
  WithHandle blas;
  DeviceArray<float> a(4), b(4), c(4), workspace(1024);
  cudaStream_t stream = nullptr;
  cudaGraph_t graph = nullptr;
  CHECK_CUDA(cudaStreamCreate(&stream));
  CHECK_EQUAL(blas.api.set_workspace(blas.handle, workspace.get(), 4096), 0);
  CHECK_EQUAL(blas.api.set_stream(blas.handle, stream), 0);
  CHECK_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), c.get(), 2, 2, 2), 15);
  CHECK_EQUAL(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  CHECK_EQUAL(blas.api.set_workspace(blas.handle, workspace.get(), 4096), 0);
  CHECK_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  CHECK_EQUAL(multiply(blas.api, blas.handle, a.get(), b.get(), c.get(), 2, 2, 2), 0);
  CHECK_CUDA(cudaStreamEndCapture(stream, &graph));
  CHECK_CUDA(cudaGraphDestroy(graph));
  CHECK_CUDA(cudaStreamDestroy(stream));
}

TEST_CASE(variants_fail_as_they_say) {
  Api api;
  void* handle = nullptr;
  int major = 0;
  check::set("RNN4J_EMU_CUBLAS", "old");
  CHECK_EQUAL(api.property(0, &major), 0);
  CHECK_EQUAL(major, 11);
  check::set("RNN4J_EMU_CUBLAS", "create-fails");
  CHECK_EQUAL(api.create(&handle), 1);
  check::set("RNN4J_EMU_CUBLAS", "gemm-fails");
  CHECK_EQUAL(api.create(&handle), 0);
  DeviceArray<float> a(1), b(1), c(1);
  CHECK_EQUAL(multiply(api, handle, a.get(), b.get(), c.get(), 1, 1, 1), 13);
  check::set("RNN4J_EMU_CUBLAS", "present");
  check::set("RNN4J_EMU_FAIL_CUBLAS", "1:14");
  CHECK_EQUAL(multiply(api, handle, a.get(), b.get(), c.get(), 1, 1, 1), 14);
  CHECK_EQUAL(multiply(api, handle, a.get(), b.get(), c.get(), 1, 1, 1), 0);
  CHECK_EQUAL(rnn4j_emulation_count("cublas_handles"), 1);
  CHECK_EQUAL(api.destroy(handle), 0);
  CHECK_EQUAL(rnn4j_emulation_count("cublas_handles"), 0);
  check::set("RNN4J_EMU_DRIVER", "none");
  CHECK_EQUAL(api.create(&handle), 1);
  CHECK(dlopen((g_folder + "/wrong-file/libcublas.so.13").c_str(), RTLD_NOW) == nullptr);
  void* lacking = dlopen((g_folder + "/missing-symbol/libcublas.so.13").c_str(), RTLD_NOW | RTLD_LOCAL);
  CHECK(lacking != nullptr && dlsym(lacking, "cublasGemmEx") != nullptr);
  CHECK(dlsym(lacking, "cublasGemmStridedBatchedEx") == nullptr);
}

int main(int, char** argv) {
  g_folder = argv[1];
  return check::run_all(1, argv);
}
