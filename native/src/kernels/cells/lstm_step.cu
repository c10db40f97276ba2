// LSTM, elementwise part of one time step (after the two products).
//
//   z = z_x + z_h + b        f takes forget_bias besides
//   i = gate(zi)   f = gate(zf)   g = candidate(zc)
//   c' = clip(f*c + i*g)     o = gate(zo)     m = o*activation(c')
//   with options: peepholes (i f see c, o sees c'), clip of z, coupled gates, m = o*activation(g)
//   h' = m without a projection
//
// Semantics   docs/semantics.md, LSTM; gate order i f c o
// Reads       z_x [B,T,4H] and z_h [B,4H] interleaved, c [B,H], h [B,H]
// Writes      c, then h_next [B,H] and the sequence, or between [B,H]
// Aliasing    c in place; h_next is not h
// Precision   float; h_next and between also in half or bfloat16
// Parallel    one thread per (row, unit); a row without the step writes h, zeros or its previous output
// Limits      z 16-byte aligned, rows of z_x 4 floats apart
#include "kernels/cells/lstm_step.h"

#include <math.h>

#include "kernels/common/checks.h"
#include "kernels/common/gate_math.h"
#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "kernels/common/step.cuh"

namespace rnn4j::kernels {
namespace {

struct Gates {
  float i, f, c, o;
};

__device__ Gates sum(const LstmStepParams& p, const RowStep& at, int64_t row, int64_t unit) {
  const float4 x = reinterpret_cast<const float4*>(pre_activations(p.z_x, row, at.time))[unit];
  const float4 h = reinterpret_cast<const float4*>(p.z_h)[row * p.units + unit];
  Gates z{x.x + h.x, x.y + h.y, x.z + h.z, x.w + h.w};
  if (p.bias != nullptr) {
    const float4 b = reinterpret_cast<const float4*>(p.bias)[unit];
    z = {z.i + b.x, z.f + b.y, z.c + b.z, z.o + b.w};
  }
  return z;
}

__device__ float plain_cell(const LstmStepParams& p, const Gates& z, float& c) {
  c = sigmoid(z.f + p.forget_bias) * c + sigmoid(z.i) * tanhf(z.c);
  return tanhf(c) * sigmoid(z.o);
}

__device__ float peep(const LstmStepParams& p, int gate, int64_t unit, float z, float c) {
  return p.peephole == nullptr ? z : z + p.peephole[gate * p.units + unit] * c;
}

__device__ float general_cell(const LstmStepParams& p, const Gates& z, int64_t unit, float& c) {
  const float limit = p.preactivation_clip;
  float i = activate(p.gate, clip_magnitude(peep(p, 0, unit, z.i, c), limit));
  float f = activate(p.gate, clip_magnitude(peep(p, 1, unit, z.f, c), limit) + p.forget_bias);
  const float g = activate(p.candidate, clip_magnitude(z.c, limit));
  if (p.coupling == RNN4J_FORGET_FROM_INPUT) f = 1.0f - i;
  if (p.coupling == RNN4J_INPUT_FROM_FORGET) i = 1.0f - f;
  c = clip_magnitude(f * c + i * g, p.cell_clip);
  const float o = activate(p.gate, clip_magnitude(peep(p, 2, unit, z.o, c), limit));
  const float inner = p.output_of_candidate ? g : c;
  return activate(p.activation, p.clip_output_activation ? clip_magnitude(inner, limit) : inner) * o;
}

template <bool kPlain>
__global__ void lstm_step_kernel(LstmStepParams p) {
  const bool projects = p.between != nullptr || p.between_rounded != nullptr;
  for_each_row(p.place.rows, [&](int64_t row) {
    const RowStep at = row_step(p.place, row);
    for_each_column(p.units, [&](int64_t unit) {
      const int64_t element = row * p.units + unit;
      float m = 0.0f;
      if (at.counts) {
        const Gates z = sum(p, at, row, unit);
        float c = p.c[element];
        m = kPlain ? plain_cell(p, z, c) : general_cell(p, z, unit, c);
        p.c[element] = c;
      }
      if (!projects) {
        deliver(p.place, p.output, at, row, unit, m);
        return;
      }
      if (p.between != nullptr) p.between[element] = m;
      if (p.between_rounded != nullptr) store_rounded(p.between_rounded, p.output.rounded, element, m);
    });
  });
}

bool has_kind(const rnn4j_activation& f, int kind) { return f.kind == kind; }

}  // namespace

bool is_plain(const LstmStepParams& p) {
  return has_kind(p.gate, RNN4J_SIGMOID) && has_kind(p.candidate, RNN4J_TANH) && has_kind(p.activation, RNN4J_TANH) &&
         p.peephole == nullptr && isnan(p.cell_clip) && isnan(p.preactivation_clip) && !p.output_of_candidate &&
         p.coupling == RNN4J_COUPLING_NONE;
}

bool supports(const LstmStepParams& p) {
  const bool projects = p.between != nullptr || p.between_rounded != nullptr;
  const bool delivers =
      projects ? p.between_rounded == nullptr || is_rounded(p.output.rounded)
               : is_valid(p.output) && p.output.width == p.units;
  const bool aligned = is_aligned(p.z_x.data, 16) && p.z_x.row_stride % 4 == 0 && p.z_x.step_stride % 4 == 0 &&
                       is_aligned(p.z_h, 16) && is_aligned(p.bias, 16);
  return is_valid(p.place) && is_valid(p.z_x) && delivers && aligned && p.z_h != nullptr && p.c != nullptr &&
         p.units >= 1 && is_activation(p.gate) && is_activation(p.candidate) && is_activation(p.activation) &&
         p.coupling >= RNN4J_COUPLING_NONE && p.coupling <= RNN4J_INPUT_FROM_FORGET;
}

cudaError_t launch_lstm_step(const LstmStepParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const LaunchShape shape = shape_of(p.place.rows, p.units);
  return is_plain(p) ? launch(RNN4J_KERNEL(lstm_step_kernel<true>), shape, stream, p)
                     : launch(RNN4J_KERNEL(lstm_step_kernel<false>), shape, stream, p);
}

}  // namespace rnn4j::kernels
