// One whole step of few rows: both products and the gates.
//
//   z = x W' + h U' + b, then the cell as in lstm_step.cu (plain), gru_step.cu (reset after) or rnn_step.cu (tanh)
//
// Semantics   docs/semantics.md
// Reads       x [B,capacity,I], h [B,H], packed kernels [G H,I] and [G H,H], c [B,H]
// Writes      c, h_next [B,H] and the sequence
// Aliasing    c in place; h_next is not h: every warp reads all of h
// Precision   weights float, half or bfloat16; x and h float, not rounded; sums float: each lane's own, then a butterfly
// Parallel    one warp per unit, which reads the unit's weights once for all rows
// Limits      kMaxStreamingRows rows; x, h and kernels 16-byte aligned
#include "kernels/cells/streaming_step.h"

#include <math.h>

#include <rnn4j/gpu/device.cuh>
#include <rnn4j/gpu/half.cuh>

#include "kernels/cells/packing.h"
#include "kernels/common/checks.h"
#include "kernels/common/gate_math.h"
#include "kernels/common/launch.h"
#include "kernels/common/step.cuh"
#include "kernels/common/unroll.h"

namespace rnn4j::kernels {
namespace {

constexpr int kLanes = 32;
constexpr int kWarps = 4;
constexpr int kRows = kMaxStreamingRows;
// Sums kept of a row: the gates, and for the GRU's candidate its recurrent part apart.
constexpr int kRecurrentCandidate = 3;

template <int kKind>
constexpr unsigned kSumsOf = kKind == RNN4J_CELL_RNN ? 1 : 4;

using RowPointers = const float* [kRows];

template <typename T, unsigned kCount>
struct alignas(sizeof(T) * kCount) Group {
  T values[kCount];
};

// First weight of gate g of the unit; rows of the kernel are `width` long.
template <int kKind, typename T>
__device__ const T* gate_row(const void* kernel, int gate, int64_t unit, int64_t units, int64_t width) {
  const int64_t row = kKind == RNN4J_CELL_LSTM ? 4 * unit + gate : gate * units + unit;
  return static_cast<const T*>(kernel) + row * width;
}

// Adds the lane's part of one gate's product for all rows; a null pointer is a row without the step.
template <typename T, unsigned kCount>
__device__ void add_products(const T* weights, const RowPointers& inputs, int width, float (&sums)[kRows]) {
  constexpr int kStep = static_cast<int>(kCount);
  for (int k = static_cast<int>(threadIdx.x) * kStep; k < width; k += kLanes * kStep) {
    const auto w = *reinterpret_cast<const Group<T, kCount>*>(weights + k);
    RNN4J_UNROLL
    for (int row = 0; row < kRows; row++) {
      if (inputs[row] == nullptr) continue;
      const auto x = *reinterpret_cast<const Group<float, kCount>*>(inputs[row] + k);
      RNN4J_UNROLL
      for (unsigned i = 0; i < kCount; i++) sums[row] = fmaf(gpu::to_float(w.values[i]), x.values[i], sums[row]);
    }
  }
}

template <typename T>
__device__ void add_row(const T* weights, const RowPointers& inputs, int width, float (&sums)[kRows]) {
  if (width % 4 == 0) {
    add_products<T, 4>(weights, inputs, width, sums);
  } else {
    add_products<T, 1>(weights, inputs, width, sums);
  }
}

__device__ float biased(const float* bias, int64_t at, float z) { return bias == nullptr ? z : z + bias[at]; }

// The sums of one row to its new h.
template <int kKind>
__device__ float cell(const StreamingStepParams& p, const float (&z)[kSumsOf<kKind>], int64_t row, int64_t unit) {
  const int64_t n = p.problem.units;
  if constexpr (kKind == RNN4J_CELL_LSTM) {
    const float i = sigmoid(biased(p.bias, 4 * unit, z[0]));
    const float f = sigmoid(biased(p.bias, 4 * unit + 1, z[1]) + p.forget_bias);
    const float g = tanhf(biased(p.bias, 4 * unit + 2, z[2]));
    const float c = f * p.c[row * n + unit] + i * g;
    p.c[row * n + unit] = c;
    return tanhf(c) * sigmoid(biased(p.bias, 4 * unit + 3, z[3]));
  } else if constexpr (kKind == RNN4J_CELL_GRU) {
    const float update = sigmoid(biased(p.bias, unit, z[0]));
    const float reset = sigmoid(biased(p.bias, n + unit, z[1]));
    const float recurrent = biased(p.recurrent_bias, unit, z[kRecurrentCandidate]);
    const float candidate = tanhf(biased(p.bias, 2 * n + unit, z[2]) + reset * recurrent);
    return update * p.output.h[row * n + unit] + (1.0f - update) * candidate;
  } else {
    return tanhf(biased(p.bias, unit, z[0]));
  }
}

template <int kKind, typename T>
__global__ void streaming_step_kernel(StreamingStepParams p) {
  constexpr unsigned kSums = kSumsOf<kKind>;
  constexpr int kGates = kKind == RNN4J_CELL_GRU ? 3 : static_cast<int>(kSums);
  const int units = p.problem.units;
  const int inputs = p.problem.input_size;
  const int64_t unit = static_cast<int64_t>(blockIdx.x) * kWarps + threadIdx.y;
  if (unit >= units) return;  // whole warps
  RowPointers x;
  RowPointers h;
  RNN4J_UNROLL
  for (int row = 0; row < kRows; row++) {
    const RowStep at = row < p.place.rows ? row_step(p.place, row) : RowStep{};
    const int64_t step = static_cast<int64_t>(row) * p.place.validity.capacity + at.time;
    x[row] = at.counts ? p.x + step * inputs : nullptr;
    h[row] = at.counts ? p.output.h + static_cast<int64_t>(row) * units : nullptr;
  }
  float sums[kSums][kRows] = {};
  RNN4J_UNROLL
  for (int gate = 0; gate < kGates; gate++) {
    const int recurrent = kKind == RNN4J_CELL_GRU && gate == 2 ? kRecurrentCandidate : gate;
    add_row(gate_row<kKind, T>(p.input_kernel, gate, unit, units, inputs), x, inputs, sums[gate]);
    add_row(gate_row<kKind, T>(p.recurrent_kernel, gate, unit, units, units), h, units, sums[recurrent]);
  }
  float own[kSums] = {};
  RNN4J_UNROLL
  for (unsigned sum = 0; sum < kSums; sum++) {
    RNN4J_UNROLL
    for (int row = 0; row < kRows; row++) {
      if (row >= p.place.rows) break;
      const float total = gpu::warp_sum(sums[sum][row]);
      if (row == static_cast<int>(threadIdx.x)) own[sum] = total;
    }
  }
  const int row = static_cast<int>(threadIdx.x);
  if (row >= p.place.rows) return;
  const RowStep at = row_step(p.place, row);
  deliver(p.place, p.output, at, row, unit, at.counts ? cell<kKind>(p, own, row, unit) : 0.0f);
}

template <typename T>
cudaError_t launch_type(const StreamingStepParams& p, cudaStream_t stream) {
  const LaunchShape shape{dim3(static_cast<unsigned>(ceil_div(p.problem.units, kWarps))), dim3(kLanes, kWarps)};
  switch (p.problem.kind) {
    case RNN4J_CELL_LSTM: return launch(RNN4J_KERNEL(streaming_step_kernel<RNN4J_CELL_LSTM, T>), shape, stream, p);
    case RNN4J_CELL_GRU: return launch(RNN4J_KERNEL(streaming_step_kernel<RNN4J_CELL_GRU, T>), shape, stream, p);
    default: return launch(RNN4J_KERNEL(streaming_step_kernel<RNN4J_CELL_RNN, T>), shape, stream, p);
  }
}

bool is_plain_lstm(const CellProblem& p) {
  return p.gate.kind == RNN4J_SIGMOID && p.candidate.kind == RNN4J_TANH && p.activation.kind == RNN4J_TANH &&
         p.coupling == RNN4J_COUPLING_NONE && !p.output_of_candidate;
}

const char* why_not_cell(const CellProblem& p) {
  switch (p.kind) {
    case RNN4J_CELL_LSTM: return is_plain_lstm(p) ? nullptr : "the LSTM has other activations or coupled gates";
    case RNN4J_CELL_GRU:
      if (!p.reset_after) return "the GRU resets before the product";
      return p.gate.kind == RNN4J_SIGMOID && p.candidate.kind == RNN4J_TANH ? nullptr : "the GRU has other activations";
    case RNN4J_CELL_RNN: return p.candidate.kind == RNN4J_TANH ? nullptr : "the RNN has another activation than tanh";
    default: return "there is no such cell";
  }
}

}  // namespace

const char* why_not_streaming_step(const CellProblem& p) {
  if (p.fixed_order) return "its sums are in another order than batch_invariant wants";
  if (p.rows < 1 || p.rows > kMaxStreamingRows) return "it takes 1 to 4 rows";
  if (p.units < 1 || p.input_size < 1) return "it takes at least one unit and one feature";
  if (p.has_projection || p.output_size != p.units) return "the cell has a projection";
  if (p.has_peephole) return "the cell has peepholes";
  if (p.has_clip) return "the cell has a clip";
  if (!is_number_type(p.weights)) return "there is no such type of weights";
  if (!p.aligned_input) return "x is the caller's memory, which need not begin at a multiple of 16 bytes";
  static_assert(kMaxStreamingRows == 4, "the text above");
  return why_not_cell(p);
}

bool supports(const StreamingStepParams& p) {
  const bool aligned = is_aligned(p.x, 16) && is_aligned(p.output.h, 16) && is_aligned(p.input_kernel, 16) &&
                       is_aligned(p.recurrent_kernel, 16);
  return why_not_streaming_step(p.problem) == nullptr && is_valid(p.place) && p.place.rows == p.problem.rows &&
         is_valid(p.output) && p.output.width == p.problem.units && p.x != nullptr && p.input_kernel != nullptr &&
         p.recurrent_kernel != nullptr && aligned && (p.problem.kind != RNN4J_CELL_LSTM || p.c != nullptr);
}

cudaError_t launch_streaming_step(const StreamingStepParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  switch (p.problem.weights) {
    case NumberType::kHalf: return launch_type<gpu::Half>(p, stream);
    case NumberType::kBfloat16: return launch_type<gpu::Bfloat16>(p, stream);
    default: return launch_type<float>(p, stream);
  }
}

}  // namespace rnn4j::kernels
