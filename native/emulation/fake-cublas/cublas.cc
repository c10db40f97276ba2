// A hostile stand-in for cuBLAS: right within its documented rules, and no kinder than they are.
// README.md lists where it is strict on purpose.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <vector>

#include <rnn4j/gpu/half.cuh>

#include "device.h"
#include "gemm.h"
#include "stream.h"

namespace rnn4j::emulation::cublas {
namespace {

// cudaDataType_t, cublasComputeType_t, cublasMath_t, cublasOperation_t.
constexpr int kR32F = 0, kR16F = 2, kR16BF = 14;
constexpr int kCompute32F = 68, kCompute32FPedantic = 69, kCompute32FFastTf32 = 77;
constexpr int kTf32Math = 3;
constexpr int kNone = 0, kTranspose = 1;

std::set<Handle*>& handles() {
  static auto* const all = new std::set<Handle*>;
  return *all;
}

size_t element_bytes(int type) { return type == kR32F ? 4 : 2; }

float read(const Operand& o, long long at) {
  const char* address = static_cast<const char*>(o.data) + static_cast<size_t>(at) * element_bytes(o.type);
  if (o.type == kR32F) {
    float value;
    std::memcpy(&value, address, 4);
    return value;
  }
  uint16_t bits;
  std::memcpy(&bits, address, 2);
  return o.type == kR16F ? gpu::to_float(gpu::Half{bits}) : gpu::to_float(gpu::Bfloat16{bits});
}

void write(const Operand& o, long long at, float value) {
  char* address = static_cast<char*>(const_cast<void*>(o.data)) + static_cast<size_t>(at) * element_bytes(o.type);
  if (o.type == kR32F) {
    std::memcpy(address, &value, 4);
    return;
  }
  const uint16_t bits = o.type == kR16F ? gpu::from_float<gpu::Half>(value).bits
                                        : gpu::from_float<gpu::Bfloat16>(value).bits;
  std::memcpy(address, &bits, 2);
}

/// TF32: 10 bits of mantissa.
float shortened(float value) {
  return std::isnan(value) ? value : __uint_as_float(__float_as_uint(value) & 0xffffe000u);
}

/// How many interleaved partial sums: differs from shape to shape, as cuBLAS picks other kernels.
int partial_sums(const Gemm& g) { return 1 + (3 * g.m + 5 * g.n + 7 * g.k) % 4; }

float dot(const Gemm& g, long long batch, int row, int column) {
  float sums[4] = {0, 0, 0, 0};
  const int parts = partial_sums(g);
  for (int i = 0; i < g.k; ++i) {
    const long long at_a = g.transpose_a ? i + static_cast<long long>(row) * g.a.leading
                                         : row + static_cast<long long>(i) * g.a.leading;
    const long long at_b = g.transpose_b ? column + static_cast<long long>(i) * g.b.leading
                                         : i + static_cast<long long>(column) * g.b.leading;
    float a = read(g.a, batch * g.a.stride + at_a), b = read(g.b, batch * g.b.stride + at_b);
    if (g.tf32) a = shortened(a), b = shortened(b);
    sums[i % parts] += a * b;
  }
  return (sums[3] + sums[1]) + (sums[2] + sums[0]);
}

void multiply(const Gemm& g) {
  // Results are written when all are known: operands that overlap C give wrong numbers here as there.
  std::vector<float> results;
  for (long long batch = 0; batch < g.batches; ++batch) {
    results.clear();
    for (int column = 0; column < g.n; ++column) {
      for (int row = 0; row < g.m; ++row) {
        float value = g.alpha * dot(g, batch, row, column);
        const long long at = batch * g.c.stride + row + static_cast<long long>(column) * g.c.leading;
        if (g.beta != 0) value += g.beta * read(g.c, at);
        results.push_back(value);
      }
    }
    size_t next = 0;
    for (int column = 0; column < g.n; ++column) {
      for (int row = 0; row < g.m; ++row) {
        write(g.c, batch * g.c.stride + row + static_cast<long long>(column) * g.c.leading, results[next++]);
      }
    }
  }
}

/// True when a rows x columns matrix in column-major order, and all its batches, lie in one device allocation.
bool fits(const Operand& o, int rows, int columns, int batches) {
  if (o.leading < std::max(1, rows)) return false;
  if (rows == 0 || columns == 0 || batches == 0) return true;
  const size_t matrix = static_cast<size_t>(o.leading) * static_cast<size_t>(columns - 1) + static_cast<size_t>(rows);
  const size_t others = static_cast<size_t>(o.stride) * static_cast<size_t>(batches - 1);
  const size_t bytes = (matrix + others) * element_bytes(o.type);
  const bool aligned = reinterpret_cast<uintptr_t>(o.data) % element_bytes(o.type) == 0;
  return aligned && device().memory.holds(o.data, bytes, MemoryKind::device);
}

bool supported_types(int a, int b, int c) {
  const bool inputs = a == b && (a == kR32F || a == kR16F || a == kR16BF);
  return inputs && (c == kR32F || c == a);
}

bool overlaps(const Operand& x, const Operand& c) { return x.data == c.data; }

cudaError_t run(const Gemm& g, void* workspace, size_t workspace_bytes) {
  // The workspace belongs to the call: whatever somebody keeps there is gone.
  if (workspace != nullptr) std::memset(workspace, 0xff, std::min<size_t>(workspace_bytes, 4096));
  multiply(g);
  return cudaSuccess;
}

}  // namespace

Status queue_gemm(Handle* handle, int transpose_a, int transpose_b, int m, int n, int k, const void* alpha, Operand a,
                  Operand b, const void* beta, Operand c, int batches, int compute_type) {
  Device& d = device();
  const std::lock_guard<std::recursive_mutex> guard(d.lock);
  const int injected = enter_cublas_call();
  if (injected != 0) return static_cast<Status>(injected);
  if (handles().count(handle) == 0) return kNotInitialized;
  if (d.settings.cublas == Cublas::gemm_fails || d.sticky != cudaSuccess) return kExecutionFailed;
  const auto known = [](int t) { return t == kNone || t == kTranspose; };
  if (!known(transpose_a) || !known(transpose_b) || m < 0 || n < 0 || k < 0 || batches < 0) return kInvalidValue;
  if (alpha == nullptr || beta == nullptr) return kInvalidValue;
  if (!supported_types(a.type, b.type, c.type)) return kNotSupported;
  if (compute_type != kCompute32F && compute_type != kCompute32FPedantic && compute_type != kCompute32FFastTf32) {
    return kNotSupported;
  }
  const bool ta = transpose_a == kTranspose, tb = transpose_b == kTranspose;
  if (!fits(a, ta ? k : m, ta ? m : k, batches) || !fits(b, tb ? n : k, tb ? k : n, batches)) return kInvalidValue;
  if (!fits(c, m, n, batches)) return kInvalidValue;
  if (overlaps(a, c) || overlaps(b, c)) return kInvalidValue;
  Stream* stream = find_stream(handle->stream);
  if (stream == nullptr) return kExecutionFailed;
  if (stream->capture != nullptr && handle->workspace == nullptr) {
    invalidates_capture(*stream);
    return kNotSupported;
  }
  Gemm g{ta, tb, m, n, k, 0, 0, a, b, c, batches, false};
  std::memcpy(&g.alpha, alpha, sizeof g.alpha);
  std::memcpy(&g.beta, beta, sizeof g.beta);
  g.tf32 = a.type == kR32F && compute_type != kCompute32FPedantic &&
           (compute_type == kCompute32FFastTf32 || handle->math_mode == kTf32Math);
  const auto work = [g, workspace = handle->workspace, bytes = handle->workspace_bytes]() {
    return run(g, workspace, bytes);
  };
  return enqueue(*stream, {"cublas gemm", work, nullptr, nullptr}) == cudaSuccess ? kSuccess : kExecutionFailed;
}

}  // namespace rnn4j::emulation::cublas

using namespace rnn4j::emulation;
using rnn4j::emulation::cublas::Handle;

extern "C" {

int cublasCreate_v2(Handle** handle) {
  Device& d = device();
  const std::lock_guard<std::recursive_mutex> guard(d.lock);
  const int injected = enter_cublas_call();
  if (injected != 0) return injected;
  if (handle == nullptr) return cublas::kInvalidValue;
  if (d.settings.driver != Driver::present || d.sticky != cudaSuccess || d.settings.cublas == Cublas::create_fails) {
    return cublas::kNotInitialized;
  }
  *handle = new Handle;
  cublas::handles().insert(*handle);
  ++d.counts.cublas_handles;
  return cublas::kSuccess;
}

int cublasDestroy_v2(Handle* handle) {
  Device& d = device();
  const std::lock_guard<std::recursive_mutex> guard(d.lock);
  const int injected = enter_cublas_call();
  if (cublas::handles().erase(handle) == 0) return cublas::kNotInitialized;
  --d.counts.cublas_handles;
  delete handle;
  return injected;
}

int cublasSetStream_v2(Handle* handle, cudaStream_t stream) {
  const std::lock_guard<std::recursive_mutex> guard(device().lock);
  const int injected = enter_cublas_call();
  if (injected != 0) return injected;
  if (cublas::handles().count(handle) == 0) return cublas::kNotInitialized;
  handle->stream = stream;
  // As documented: a new stream brings the default workspace back.
  handle->workspace = nullptr;
  handle->workspace_bytes = 0;
  return cublas::kSuccess;
}

int cublasSetWorkspace_v2(Handle* handle, void* workspace, size_t bytes) {
  const std::lock_guard<std::recursive_mutex> guard(device().lock);
  const int injected = enter_cublas_call();
  if (injected != 0) return injected;
  if (cublas::handles().count(handle) == 0) return cublas::kNotInitialized;
  const bool aligned = reinterpret_cast<uintptr_t>(workspace) % 256 == 0;
  const bool on_device = bytes == 0 || device().memory.holds(workspace, bytes, MemoryKind::device);
  if (!aligned || !on_device) return cublas::kInvalidValue;
  handle->workspace = bytes == 0 ? nullptr : workspace;
  handle->workspace_bytes = bytes;
  return cublas::kSuccess;
}

int cublasSetMathMode(Handle* handle, int mode) {
  const std::lock_guard<std::recursive_mutex> guard(device().lock);
  const int injected = enter_cublas_call();
  if (injected != 0) return injected;
  if (cublas::handles().count(handle) == 0) return cublas::kNotInitialized;
  handle->math_mode = mode & 0xf;
  return cublas::kSuccess;
}

int cublasGemmEx(Handle* handle, int transpose_a, int transpose_b, int m, int n, int k, const void* alpha,
                 const void* a, int a_type, int lda, const void* b, int b_type, int ldb, const void* beta, void* c,
                 int c_type, int ldc, int compute_type, int) {
  return cublas::queue_gemm(handle, transpose_a, transpose_b, m, n, k, alpha, {a, a_type, lda, 0}, {b, b_type, ldb, 0},
                            beta, {c, c_type, ldc, 0}, 1, compute_type);
}

int cublasGetProperty(int which, int* value) {
  const std::lock_guard<std::recursive_mutex> guard(device().lock);
  if (which < 0 || which > 2 || value == nullptr) return cublas::kInvalidValue;
  const int present[] = {13, 0, 2}, old[] = {11, 11, 3};
  *value = (device().settings.cublas == Cublas::old ? old : present)[which];
  return cublas::kSuccess;
}

const char* cublasGetStatusString(int status) {
  switch (status) {
    case cublas::kSuccess: return "CUBLAS_STATUS_SUCCESS";
    case cublas::kNotInitialized: return "CUBLAS_STATUS_NOT_INITIALIZED";
    case 3: return "CUBLAS_STATUS_ALLOC_FAILED";
    case cublas::kInvalidValue: return "CUBLAS_STATUS_INVALID_VALUE";
    case 8: return "CUBLAS_STATUS_ARCH_MISMATCH";
    case cublas::kExecutionFailed: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case 14: return "CUBLAS_STATUS_INTERNAL_ERROR";
    case cublas::kNotSupported: return "CUBLAS_STATUS_NOT_SUPPORTED";
    default: return "<unknown>";
  }
}

}  // extern "C"
