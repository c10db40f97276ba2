#include "plan/choice.h"

#include <cmath>

#include "kernels/cells/streaming_step.h"

namespace rnn4j {
namespace {

bool is_plain_lstm(const rnn4j_cell& c) {
  return c.gate.kind == RNN4J_SIGMOID && c.candidate.kind == RNN4J_TANH && c.output.kind == RNN4J_TANH &&
         std::isnan(c.cell_clip) && c.coupling == RNN4J_COUPLING_NONE && c.output_of_candidate == 0;
}

bool is_plain(const rnn4j_cell& c, bool has_peephole) {
  if (!std::isnan(c.preactivation_clip) || has_peephole) {
    return false;
  }
  switch (c.kind) {
    case RNN4J_CELL_LSTM: return is_plain_lstm(c);
    case RNN4J_CELL_GRU: return c.reset_after != 0 && c.gate.kind == RNN4J_SIGMOID && c.candidate.kind == RNN4J_TANH;
    default: return c.candidate.kind == RNN4J_TANH;
  }
}

}  // namespace

bool is_fused_step(const Program& program, const LayoutRequest& request, const Op& op, int direction) {
  const Recurrent& r = *op.recurrent;
  const auto d = static_cast<size_t>(direction);
  const int32_t backward = op.input(kInXBackward);
  const int32_t x = direction == 1 && backward != RNN4J_NONE ? backward : op.inputs[0];
  // The kernel reads x in 16 bytes at once, which a caller's array need not allow.
  return !program.batch_invariant && !request.external && request.rows <= kernels::kMaxStreamingRows &&
         request.shapes[static_cast<size_t>(x)].steps() == 1 && !r.has_projection[d] &&
         is_plain(r.cells[d], r.has_peephole[d]);
}

}  // namespace rnn4j
