#include "run/lane.h"

#include <limits>

#include "api/error.h"
#include "device/check.h"
#include "kernels/gemm/gemm.h"
#include "plan/weights.h"

namespace rnn4j {
namespace {

// NVIDIA's advice: 32 MiB on Hopper and newer, 4 MiB before.
constexpr size_t kWorkspaceBytes = size_t{4} << 20;
constexpr size_t kHopperWorkspaceBytes = size_t{32} << 20;
constexpr int kHopper = 90;

int cublas_type(kernels::NumberType type) {
  switch (type) {
    case kernels::NumberType::kHalf: return kCudaR16F;
    case kernels::NumberType::kBfloat16: return kCudaR16BF;
    default: return kCudaR32F;
  }
}

}  // namespace

Lane::Lane(const Device& device, int32_t precision, bool own_products)
    : cublas_(device.cublas()), precision_(precision), type_(product_type(precision)), stream_(create_stream()),
      current_(stream_.get()) {
  if (own_products) {
    return;
  }
  if (!cublas_.is_loaded()) {
    fail(RNN4J_CUBLAS_NOT_FOUND, "the device was opened with cuBLAS 'none'; only programs with batch_invariant run without");
  }
  workspace_ = DeviceMemory(device.compute_capability() >= kHopper ? kHopperWorkspaceBytes : kWorkspaceBytes,
                            "cuBLAS's workspace");
  RNN4J_CUBLAS(cublas_, create(&handle_));
  try {
    RNN4J_CUBLAS(cublas_, set_math_mode(handle_, precision == RNN4J_TF32 ? kCublasTf32Math : kCublasDefaultMath));
    bind(stream_.get());
  } catch (...) {
    static_cast<void>(cublas_.api().destroy(handle_));
    throw;
  }
}

Lane::~Lane() {
  if (handle_ != nullptr) {
    // Nobody can be told; a failure here follows one that was reported.
    static_cast<void>(cublas_.api().destroy(handle_));
  }
}

void Lane::bind(cudaStream_t stream) {
  bound_ = false;
  if (handle_ != nullptr) {
    RNN4J_CUBLAS(cublas_, set_stream(handle_, stream));
    // A new stream takes the workspace away.
    RNN4J_CUBLAS(cublas_, set_workspace(handle_, workspace_.as<void>(), workspace_.bytes()));
  }
  current_ = stream;
  bound_ = true;
}

void Lane::redirect(cudaStream_t stream) { bind(stream); }

void Lane::restore() {
  if (!bound_ || current_ != stream_.get()) {
    bind(stream_.get());
  }
}

void Lane::abandon() noexcept {
  current_ = stream_.get();
  bound_ = false;
}

void Lane::product(int64_t m, int32_t n, int32_t k, const void* a, const void* b, float* c) const {
  if (m == 0) {
    return;
  }
  if (handle_ == nullptr) {
    const kernels::GemmParams params{m, n, k, type_, a, k, b, k, c, n};
    RNN4J_CUDA(kernels::launch_gemm(params, current_));
    return;
  }
  require(m <= std::numeric_limits<int32_t>::max(), "a product of ", m, " rows is more than cuBLAS takes");
  cublas_product(static_cast<int32_t>(m), n, k, a, b, c);
}

void Lane::cublas_product(int32_t m, int32_t n, int32_t k, const void* a, const void* b, float* c) const {
  const float one = 1.0f;
  const float zero = 0.0f;
  const int type = cublas_type(type_);
  const int compute = precision_ == RNN4J_TF32 ? kCublasCompute32FTf32 : kCublasCompute32F;
  // Column-major is the transposed: c' [n, m] = b [n, k] a' [k, m].
  RNN4J_CUBLAS(cublas_, gemm_ex(handle_, kCublasOpT, kCublasOpN, n, m, k, &one, b, type, k, a, type, k, &zero, c,
                                kCudaR32F, n, compute, kCublasGemmDefault));
}

}  // namespace rnn4j
