// Product whose bits do not depend on the rows around.
//
//   c[m,n] = sum_k a[m,k] b[n,k]      k ascending in one chain of fused multiply-adds, whatever the tile
//
// Semantics   docs/cuda.md, Bits
// Reads       a [m,k], b [n,k] in float, half or bfloat16
// Writes      c [m,n]
// Aliasing    c overlaps neither a nor b
// Precision   products exact up to the rounding of each fused multiply-add, sums float
// Parallel    a block of 256 threads per tile of c; k in slices of 16 through shared memory
// Limits      n up to 65535 tiles
#include "kernels/gemm/gemm.h"

#include <math.h>

#include <rnn4j/gpu/device.cuh>
#include <rnn4j/gpu/half.cuh>

#include "kernels/common/checks.h"
#include "kernels/common/launch.h"
#include "kernels/common/unroll.h"

namespace rnn4j::kernels {
namespace {

constexpr int kSlice = 16;
// Keeps the columns of a slice in different banks when a warp writes them.
constexpr int kPad = 4;
// Above so many large tiles a device is busy with them; below, smaller ones spread the work.
constexpr int64_t kEnoughTiles = 64;
constexpr int64_t kMaxTilesAlongN = 65535;

// A tile of kM x kN, of which every thread has kPerM x kPerN.
template <int kM_, int kN_, int kPerM_, int kPerN_>
struct Tile {
  static constexpr int kM = kM_;
  static constexpr int kN = kN_;
  static constexpr int kPerM = kPerM_;
  static constexpr int kPerN = kPerN_;
  static constexpr int kThreadsN = kN / kPerN;
  static constexpr int kThreads = kM / kPerM * kThreadsN;
};

using LargeTile = Tile<128, 128, 8, 8>;
using SquareTile = Tile<64, 64, 4, 4>;
using FlatTile = Tile<16, 64, 1, 4>;

// kRows rows of a slice, transposed: to[k][row]; zero outside of the matrix.
template <typename T, int kRows, int kThreads>
__device__ void load_slice(const T* from, int64_t ld, int64_t row_count, int64_t first_row, int k_count, int first_k,
                           float* to) {
  for (int i = static_cast<int>(threadIdx.x); i < kRows * kSlice; i += kThreads) {
    const int row = i / kSlice;
    const int k = i % kSlice;
    const bool inside = first_row + row < row_count && first_k + k < k_count;
    to[k * (kRows + kPad) + row] = inside ? gpu::to_float(from[(first_row + row) * ld + first_k + k]) : 0.0f;
  }
}

// Two blocks a multiprocessor: the large tile's 128 registers; without a number ptxas saves some and spills.
template <typename T, typename TileOf>
__global__ void __launch_bounds__(TileOf::kThreads, 2) gemm_kernel(GemmParams p) {
  gpu::Smem smem;
  float* a = smem.take<float>(kSlice * (TileOf::kM + kPad));
  float* b = smem.take<float>(kSlice * (TileOf::kN + kPad));
  const int64_t tile_m = static_cast<int64_t>(blockIdx.x) * TileOf::kM;
  const int64_t tile_n = static_cast<int64_t>(blockIdx.y) * TileOf::kN;
  const int m = static_cast<int>(threadIdx.x) / TileOf::kThreadsN * TileOf::kPerM;
  const int n = static_cast<int>(threadIdx.x) % TileOf::kThreadsN * TileOf::kPerN;
  float sums[TileOf::kPerM][TileOf::kPerN] = {};
  for (int k0 = 0; k0 < p.k; k0 += kSlice) {
    load_slice<T, TileOf::kM, TileOf::kThreads>(static_cast<const T*>(p.a), p.lda, p.m, tile_m, p.k, k0, a);
    load_slice<T, TileOf::kN, TileOf::kThreads>(static_cast<const T*>(p.b), p.ldb, p.n, tile_n, p.k, k0, b);
    __syncthreads();
    RNN4J_UNROLL
    for (int k = 0; k < kSlice; k++) {
      float of_a[TileOf::kPerM];
      float of_b[TileOf::kPerN];
      RNN4J_UNROLL
      for (int i = 0; i < TileOf::kPerM; i++) of_a[i] = a[k * (TileOf::kM + kPad) + m + i];
      RNN4J_UNROLL
      for (int j = 0; j < TileOf::kPerN; j++) of_b[j] = b[k * (TileOf::kN + kPad) + n + j];
      RNN4J_UNROLL
      for (int i = 0; i < TileOf::kPerM; i++) {
        RNN4J_UNROLL
        for (int j = 0; j < TileOf::kPerN; j++) sums[i][j] = fmaf(of_a[i], of_b[j], sums[i][j]);
      }
    }
    __syncthreads();
  }
  RNN4J_UNROLL
  for (int i = 0; i < TileOf::kPerM; i++) {
    RNN4J_UNROLL
    for (int j = 0; j < TileOf::kPerN; j++) {
      if (tile_m + m + i < p.m && tile_n + n + j < p.n) p.c[(tile_m + m + i) * p.ldc + tile_n + n + j] = sums[i][j];
    }
  }
}

template <typename T, typename TileOf>
cudaError_t launch_tiles(const GemmParams& p, cudaStream_t stream) {
  const LaunchShape shape{
      dim3(static_cast<unsigned>(ceil_div(p.m, TileOf::kM)), static_cast<unsigned>(ceil_div(p.n, TileOf::kN))),
      dim3(TileOf::kThreads),
      gpu::smem_bytes<float>(kSlice * (TileOf::kM + kPad)) + gpu::smem_bytes<float>(kSlice * (TileOf::kN + kPad))};
  return launch(RNN4J_KERNEL(gemm_kernel<T, TileOf>), shape, stream, p);
}

// The tile changes speed alone, not bits.
template <typename T>
cudaError_t launch_type(const GemmParams& p, cudaStream_t stream) {
  if (ceil_div(p.m, LargeTile::kM) * ceil_div(p.n, LargeTile::kN) >= kEnoughTiles) {
    return launch_tiles<T, LargeTile>(p, stream);
  }
  return p.m <= FlatTile::kM ? launch_tiles<T, FlatTile>(p, stream) : launch_tiles<T, SquareTile>(p, stream);
}

}  // namespace

bool supports(const GemmParams& p) {
  const bool tiles = p.m <= INT32_MAX && ceil_div(p.n, FlatTile::kN) <= kMaxTilesAlongN;
  return p.m >= 0 && p.n >= 0 && p.k >= 0 && p.lda >= p.k && p.ldb >= p.k && p.ldc >= p.n && p.a != nullptr &&
         p.b != nullptr && p.c != nullptr && is_number_type(p.type) && tiles;
}

cudaError_t launch_gemm(const GemmParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  if (p.m == 0 || p.n == 0) return cudaSuccess;
  switch (p.type) {
    case NumberType::kHalf: return launch_type<gpu::Half>(p, stream);
    case NumberType::kBfloat16: return launch_type<gpu::Bfloat16>(p, stream);
    default: return launch_type<float>(p, stream);
  }
}

}  // namespace rnn4j::kernels
