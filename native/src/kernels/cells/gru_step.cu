// GRU, elementwise parts of one time step (after the products).
//
//   z = gate(zx_z + zh_z + b_z)      r = gate(zx_r + zh_r + b_r)
//   reset after    g = candidate(zx_h + b_h + r*(zh_h + b'_h))
//   reset before   g = candidate(zx_h + zh_h + b_h), zh_h the product of r*h
//   h' = z*h + (1-z)*g               a clip holds for every sum before its activation
//
// Semantics   docs/semantics.md, GRU; gate order z r h in blocks of H columns
// Reads       z_x [B,T,3H], z_h [B,3H], [B,2H] or [B,H], h [B,H], update [B,H]
// Writes      h_next [B,H] and the sequence; the first half of reset before: update and r*h [B,H]
// Aliasing    h_next is neither h nor z_h; update and r*h are neither of their inputs
// Precision   float; h_next and r*h also in half or bfloat16
// Parallel    one thread per (row, unit)
// Limits      none
#include "kernels/cells/gru_step.h"

#include "kernels/common/checks.h"
#include "kernels/common/gate_math.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/step.cuh"

namespace rnn4j::kernels {
namespace {

__device__ float or_zero(const float* bias, int64_t at) { return bias == nullptr ? 0.0f : bias[at]; }

__device__ float gate_of(float z, float limit, const rnn4j_activation& f) { return activate(f, clip_magnitude(z, limit)); }

__device__ float blend(float update, float h, float candidate) { return update * h + (1.0f - update) * candidate; }

__global__ void gru_step_kernel(GruStepParams p) {
  for_each_row(p.place.rows, [&](int64_t row) {
    const RowStep at = row_step(p.place, row);
    for_each_column(p.units, [&](int64_t unit) {
      float next = 0.0f;
      if (at.counts) {
        const int64_t n = p.units;
        const float* x = pre_activations(p.z_x, row, at.time) + unit;
        const float* h = p.z_h + row * 3 * n + unit;
        const float update = gate_of(x[0] + h[0] + or_zero(p.bias, unit), p.preactivation_clip, p.gate);
        const float reset = gate_of(x[n] + h[n] + or_zero(p.bias, n + unit), p.preactivation_clip, p.gate);
        const float z = x[2 * n] + or_zero(p.bias, 2 * n + unit) + reset * (h[2 * n] + or_zero(p.recurrent_bias, unit));
        const float candidate = gate_of(z, p.preactivation_clip, p.candidate);
        next = blend(update, p.output.h[row * n + unit], candidate);
      }
      deliver(p.place, p.output, at, row, unit, next);
    });
  });
}

__global__ void gru_reset_kernel(GruResetParams p) {
  for_each_row(p.place.rows, [&](int64_t row) {
    const RowStep at = row_step(p.place, row);
    for_each_column(p.units, [&](int64_t unit) {
      const int64_t n = p.units;
      float update = 0.0f;
      float kept = 0.0f;
      if (at.counts) {
        const float* x = pre_activations(p.z_x, row, at.time) + unit;
        const float* h = p.z_h + row * 2 * n + unit;
        update = gate_of(x[0] + h[0] + or_zero(p.bias, unit), p.preactivation_clip, p.gate);
        kept = gate_of(x[n] + h[n] + or_zero(p.bias, n + unit), p.preactivation_clip, p.gate) * p.h[row * n + unit];
      }
      p.update[row * n + unit] = update;
      if (p.reset != nullptr) p.reset[row * n + unit] = kept;
      if (p.reset_rounded != nullptr) store_rounded(p.reset_rounded, p.rounded, row * n + unit, kept);
    });
  });
}

__global__ void gru_candidate_kernel(GruCandidateParams p) {
  for_each_row(p.place.rows, [&](int64_t row) {
    const RowStep at = row_step(p.place, row);
    for_each_column(p.units, [&](int64_t unit) {
      const int64_t n = p.units;
      const int64_t element = row * n + unit;
      float next = 0.0f;
      if (at.counts) {
        const float x = pre_activations(p.z_x, row, at.time)[2 * n + unit];
        const float z = x + p.z_h[element] + or_zero(p.bias, 2 * n + unit);
        next = blend(p.update[element], p.output.h[element], gate_of(z, p.preactivation_clip, p.candidate));
      }
      deliver(p.place, p.output, at, row, unit, next);
    });
  });
}

}  // namespace

bool supports(const GruStepParams& p) {
  return is_valid(p.place) && is_valid(p.z_x) && is_valid(p.output) && p.output.width == p.units && p.units >= 1 &&
         p.z_h != nullptr && p.z_h != p.output.h_next && is_activation(p.gate) && is_activation(p.candidate);
}

cudaError_t launch_gru_step(const GruStepParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  return launch(RNN4J_KERNEL(gru_step_kernel), shape_of(p.place.rows, p.units), stream, p);
}

bool supports(const GruResetParams& p) {
  const bool gives = (p.reset != nullptr || p.reset_rounded != nullptr) && p.reset != p.h && p.update != p.h &&
                     p.update != p.reset && (p.reset_rounded == nullptr || is_rounded(p.rounded));
  return is_valid(p.place) && is_valid(p.z_x) && p.units >= 1 && p.z_h != nullptr && p.h != nullptr &&
         p.update != nullptr && gives && is_activation(p.gate);
}

cudaError_t launch_gru_reset(const GruResetParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  return launch(RNN4J_KERNEL(gru_reset_kernel), shape_of(p.place.rows, p.units), stream, p);
}

bool supports(const GruCandidateParams& p) {
  return is_valid(p.place) && is_valid(p.z_x) && is_valid(p.output) && p.output.width == p.units && p.units >= 1 &&
         p.z_h != nullptr && p.z_h != p.output.h_next && p.update != nullptr && is_activation(p.candidate);
}

cudaError_t launch_gru_candidate(const GruCandidateParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  return launch(RNN4J_KERNEL(gru_candidate_kernel), shape_of(p.place.rows, p.units), stream, p);
}

}  // namespace rnn4j::kernels
