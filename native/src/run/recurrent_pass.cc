// Recurrent ops: the products of the inputs of all steps, or of a chunk of them, at once, then step by step the recurrent
// product and the gates.
#include <cuda_runtime.h>

#include <algorithm>

#include "device/check.h"
#include "kernels/cells/gather_steps.h"
#include "kernels/cells/gru_step.h"
#include "kernels/cells/lstm_step.h"
#include "kernels/cells/packing.h"
#include "kernels/cells/projection_step.h"
#include "kernels/cells/rnn_step.h"
#include "kernels/cells/streaming_step.h"
#include "kernels/ops/merge.h"
#include "kernels/ops/rearrange.h"
#include "kernels/states/final_state.h"
#include "kernels/states/initial_state.h"
#include "plan/choice.h"
#include "run/segment.h"

namespace rnn4j {

using kernels::NumberType;

namespace {

/// One direction of one op.
class Pass {
 public:
  Pass(const SegmentContext& context, size_t op, int direction, const Lane& lane)
      : s_(context), number_(op), op_(s_.program.ops[op]), r_(*op_.recurrent), d_(direction),
        cell_(r_.cells[static_cast<size_t>(direction)]), w_(s_.weights.of(op).cells[static_cast<size_t>(direction)]),
        m_(s_.layout.op(op).directions[direction]), lane_(lane), type_(product_type(s_.program.precision)),
        slot_(static_cast<size_t>(r_.settings.first_slot + direction)) {
    x_ = op_.x_of(direction);
    steps_ = s_.shape(x_).steps();
    gates_ = kernels::gates_of(static_cast<rnn4j_cell_kind>(cell_.kind));
  }

  /// The input in the type of products; once for directions that share it.
  void round_input() const {
    const bool shared = d_ == 1 && s_.layout.op(number_).directions[0].x_rounded == m_.x_rounded;
    if (!m_.x_rounded || shared) {
      return;
    }
    const int64_t count = int64_t{s_.rows()} * s_.shape(x_).elements();
    if (count > 0) {
      const kernels::RoundParams params{count, s_.value<const float>(x_), s_.at<void>(m_.x_rounded), type_};
      RNN4J_CUDA(kernels::launch_round(params, lane_.stream()));
    }
  }

  void run() const {
    const LayoutRequest& request = s_.layout.request();
    const bool once = s_.rules.runs_at_end(number_);
    if (request.first || once) {
      initial_state();
    }
    for (int32_t s = 0; s < steps_; s++) {
      if (m_.kernel == StepKernel::kGemmPerStep && s % m_.gate_steps == 0) {
        input_product(s);
      }
      step(s);
    }
    if (request.last) {
      final_state();
      if (r_.settings.return_sequences == 0 && destination() != nullptr) {
        last_output();
      }
    }
  }

  /// Where this direction's part of the output goes; null if nobody reads it.
  float* destination() const {
    if (d_ == 0) {
      return s_.value<float>(op_.output(kOutY));
    }
    if (r_.settings.merge == RNN4J_MERGE_NONE) {
      return s_.value<float>(op_.output(kOutYBackward));
    }
    if (op_.output(kOutY) == RNN4J_NONE) {
      return nullptr;
    }
    return r_.reduces() ? s_.at<float>(m_.sequence) : s_.value<float>(op_.output(kOutY));
  }

 private:
  bool rounds() const { return type_ != NumberType::kFloat; }
  int32_t output_width() const {
    return d_ == 1 && r_.settings.merge != RNN4J_MERGE_CONCAT ? cell_.output_size : r_.width();
  }
  const float* residual() const { return r_.settings.residual != 0 ? s_.value<const float>(x_) : nullptr; }
  bool repeats() const { return r_.settings.padded_output != RNN4J_PADDED_ZERO; }

  void initial_state() const {
    const Layout& l = s_.layout;
    const auto part = [&](int32_t width, Place given, size_t input, float* state, Place to, void* rounded) {
      return kernels::InitialPart{width, s_.at<const float>(given), s_.value<const float>(op_.input(input)), state,
                                  s_.at<float>(to), rounded};
    };
    const size_t d = static_cast<size_t>(d_);
    kernels::InitialStateParams params{};
    params.rows = s_.rows();
    params.h = part(cell_.output_size, l.given_h[slot_], kInH + 2 * d, s_.states.h[slot_], m_.h[0],
                    s_.at<void>(m_.h_rounded[0]));
    const bool has_c = cell_.kind == RNN4J_CELL_LSTM;
    params.c = part(has_c ? cell_.units : 0, l.given_c[slot_], kInC + 2 * d, s_.states.c[slot_], m_.c, nullptr);
    params.rounded = type_;
    params.state_rows = s_.at<const int32_t>(l.state_rows_in);
    params.started = s_.at<const uint8_t>(l.started);
    params.seen = s_.at<const uint8_t>(l.seen);
    params.repeats_across_calls = r_.settings.padded_output == RNN4J_PADDED_PREVIOUS && r_.settings.residual == 0 &&
                                  params.h.given == nullptr;
    params.progress = s_.at<kernels::RowProgress>(m_.progress);
    RNN4J_CUDA(kernels::launch_initial_state(params, lane_.stream()));
  }

  kernels::StepPlace place(int32_t s) const {
    return {s_.rows(), s, s_.validity(x_), r_.settings.reads_backwards[d_] != 0, r_.settings.within_length != 0,
            s_.at<kernels::RowProgress>(m_.progress)};
  }

  kernels::StepOutput output(int32_t s) const {
    kernels::StepOutput out{};
    out.width = cell_.output_size;
    out.h = s_.at<const float>(m_.h[s % 2]);
    out.h_next = s_.at<float>(m_.h[(s + 1) % 2]);
    out.h_next_rounded = s_.at<void>(m_.h_rounded[(s + 1) % 2]);
    out.rounded = type_;
    out.sequence = r_.settings.return_sequences != 0 ? destination() : nullptr;
    out.sequence_width = output_width();
    out.sequence_offset = r_.column(d_);
    out.flipped = r_.settings.flipped != 0;
    out.repeat_previous = repeats();
    out.residual = residual();
    out.residual_width = cell_.input_size;
    out.residual_offset = r_.column(d_);
    return out;
  }

  /// Steps of the chunk of z_x that step s belongs to.
  int32_t chunk_of(int32_t s) const { return std::min(m_.gate_steps, steps_ - s / m_.gate_steps * m_.gate_steps); }

  /// The product of the inputs of the chunk that begins with step s.
  void input_product(int32_t s) const {
    const int32_t count = chunk_of(s);
    const void* x = rounds() ? s_.at<const void>(m_.x_rounded) : s_.value<const void>(x_);
    if (m_.x_steps) {
      const kernels::GatherStepsParams params{place(s), count, cell_.input_size, s_.value<const float>(x_), type_,
                                              s_.at<void>(m_.x_steps)};
      RNN4J_CUDA(kernels::launch_gather_steps(params, lane_.stream()));
      x = params.out;
    }
    lane_.product(int64_t{s_.rows()} * count, gates_ * cell_.units, cell_.input_size, x, w_.input_kernel,
                  s_.at<float>(m_.z_x));
  }

  kernels::InputPart input_part(int32_t s) const {
    const int64_t width = int64_t{gates_} * cell_.units;
    const auto* z = s_.at<const float>(m_.z_x);
    if (!m_.x_steps) {
      return {z, steps_ * width, width, 0};
    }
    return {z + s % m_.gate_steps * width, chunk_of(s) * width, 0, 0};
  }

  /// h before step s, as products read it.
  const void* h(int32_t s) const { return s_.at<const void>(rounds() ? m_.h_rounded[s % 2] : m_.h[s % 2]); }

  void step(int32_t s) const {
    if (m_.kernel == StepKernel::kStreamingStep) {
      return fused_step(s);
    }
    switch (cell_.kind) {
      case RNN4J_CELL_LSTM: return lstm_step(s);
      case RNN4J_CELL_GRU: return cell_.reset_after != 0 ? gru_step(s) : gru_reset_before_step(s);
      default: return rnn_step(s);
    }
  }

  void fused_step(int32_t s) const {
    kernels::StreamingStepParams p{};
    p.place = place(s);
    p.output = output(s);
    p.problem = cell_problem(s_.program, r_, d_, s_.rows(), s_.layout.value(x_).block != Block::kCaller);
    p.x = s_.value<const float>(x_);
    p.input_kernel = w_.input_kernel;
    p.recurrent_kernel = w_.recurrent_kernel;
    p.bias = w_.bias;
    p.recurrent_bias = w_.recurrent_bias;
    p.forget_bias = cell_.forget_bias;
    p.c = s_.at<float>(m_.c);
    RNN4J_CUDA(kernels::launch_streaming_step(p, lane_.stream()));
  }

  void recurrent_product(int32_t s, int32_t columns) const {
    lane_.product(s_.rows(), columns, cell_.output_size, h(s), w_.recurrent_kernel, s_.at<float>(m_.z_h));
  }

  void lstm_step(int32_t s) const {
    recurrent_product(s, gates_ * cell_.units);
    const bool projects = w_.projection != nullptr;
    kernels::LstmStepParams p{};
    p.place = place(s);
    p.output = output(s);
    p.z_x = input_part(s);
    p.z_h = s_.at<const float>(m_.z_h);
    p.bias = w_.bias;
    p.c = s_.at<float>(m_.c);
    p.between = projects && !rounds() ? s_.at<float>(m_.between) : nullptr;
    p.between_rounded = projects && rounds() ? s_.at<void>(m_.between) : nullptr;
    p.units = cell_.units;
    p.forget_bias = cell_.forget_bias;
    p.gate = cell_.gate;
    p.candidate = cell_.candidate;
    p.activation = cell_.output;
    p.peephole = w_.peephole;
    p.cell_clip = cell_.cell_clip;
    p.preactivation_clip = cell_.preactivation_clip;
    p.clip_output_activation = cell_.clip_output_activation != 0;
    p.output_of_candidate = cell_.output_of_candidate != 0;
    p.coupling = cell_.coupling;
    RNN4J_CUDA(kernels::launch_lstm_step(p, lane_.stream()));
    if (projects) {
      projection_step(s);
    }
  }

  void projection_step(int32_t s) const {
    lane_.product(s_.rows(), cell_.output_size, cell_.units, s_.at<const void>(m_.between), w_.projection,
                  s_.at<float>(m_.projected));
    const kernels::ProjectionStepParams p{place(s), output(s), s_.at<const float>(m_.projected), w_.projection_bias,
                                          cell_.projection_clip};
    RNN4J_CUDA(kernels::launch_projection_step(p, lane_.stream()));
  }

  void gru_step(int32_t s) const {
    recurrent_product(s, gates_ * cell_.units);
    const kernels::GruStepParams p{place(s), output(s), input_part(s), s_.at<const float>(m_.z_h), w_.bias,
                                   w_.recurrent_bias, cell_.units, cell_.gate, cell_.candidate,
                                   cell_.preactivation_clip};
    RNN4J_CUDA(kernels::launch_gru_step(p, lane_.stream()));
  }

  void gru_reset_before_step(int32_t s) const {
    const int32_t units = cell_.units;
    recurrent_product(s, 2 * units);
    kernels::GruResetParams reset{};
    reset.place = place(s);
    reset.z_x = input_part(s);
    reset.z_h = s_.at<const float>(m_.z_h);
    reset.bias = w_.bias;
    reset.h = s_.at<const float>(m_.h[s % 2]);
    reset.update = s_.at<float>(m_.update);
    reset.reset = rounds() ? nullptr : s_.at<float>(m_.between);
    reset.reset_rounded = rounds() ? s_.at<void>(m_.between) : nullptr;
    reset.rounded = type_;
    reset.units = units;
    reset.gate = cell_.gate;
    reset.preactivation_clip = cell_.preactivation_clip;
    RNN4J_CUDA(kernels::launch_gru_reset(reset, lane_.stream()));
    const size_t rows_before = 2 * static_cast<size_t>(units) * static_cast<size_t>(cell_.output_size);
    const void* candidate_rows = static_cast<const std::byte*>(w_.recurrent_kernel) +
                                 rows_before * static_cast<size_t>(kernels::bytes_of(type_));
    lane_.product(s_.rows(), units, cell_.output_size, s_.at<const void>(m_.between), candidate_rows,
                  s_.at<float>(m_.z_h));
    const kernels::GruCandidateParams p{place(s), output(s), input_part(s), s_.at<const float>(m_.z_h), w_.bias,
                                        s_.at<const float>(m_.update), units, cell_.candidate,
                                        cell_.preactivation_clip};
    RNN4J_CUDA(kernels::launch_gru_candidate(p, lane_.stream()));
  }

  void rnn_step(int32_t s) const {
    recurrent_product(s, cell_.units);
    const kernels::RnnStepParams p{place(s), output(s), input_part(s), s_.at<const float>(m_.z_h), w_.bias,
                                   cell_.units, cell_.candidate, cell_.preactivation_clip};
    RNN4J_CUDA(kernels::launch_rnn_step(p, lane_.stream()));
  }

  void final_state() const {
    const size_t d = static_cast<size_t>(d_);
    kernels::FinalStateParams p{};
    p.rows = s_.rows();
    p.h_width = cell_.output_size;
    p.c_width = cell_.kind == RNN4J_CELL_LSTM ? cell_.units : 0;
    p.h = s_.at<float>(m_.h[steps_ % 2]);
    p.c = s_.at<float>(m_.c);
    p.h_value = s_.value<float>(op_.output(kOutH + 2 * d));
    p.c_value = s_.value<float>(op_.output(kOutC + 2 * d));
    p.empty_row_zero = r_.settings.empty_row_zero != 0;
    p.seen = s_.at<const uint8_t>(s_.layout.seen);
    p.progress = s_.at<const kernels::RowProgress>(m_.progress);
    RNN4J_CUDA(kernels::launch_final_state(p, lane_.stream()));
  }

  void last_output() const {
    kernels::LastOutputParams p{};
    p.rows = s_.rows();
    p.width = cell_.output_size;
    p.h = s_.at<const float>(m_.h[steps_ % 2]);
    p.progress = s_.at<const kernels::RowProgress>(m_.progress);
    p.repeat_previous = repeats();
    p.out = destination();
    p.out_width = output_width();
    p.out_offset = r_.column(d_);
    p.residual = steps_ > 0 ? residual() : nullptr;  // a sequence without steps has no input to add
    p.residual_width = cell_.input_size;
    p.residual_offset = r_.column(d_);
    p.capacity = steps_;
    RNN4J_CUDA(kernels::launch_last_output(p, lane_.stream()));
  }

  const SegmentContext& s_;
  size_t number_;
  const Op& op_;
  const Recurrent& r_;
  int d_;
  const rnn4j_cell& cell_;
  const CellWeights& w_;
  const DirectionPlaces& m_;
  const Lane& lane_;
  NumberType type_;
  size_t slot_;
  int32_t x_;
  int32_t steps_;
  int gates_;
};

void merge_directions(const SegmentContext& s, size_t number) {
  const Op& op = s.program.ops[number];
  const Recurrent& r = *op.recurrent;
  const int32_t y = op.output(kOutY);
  const bool only_last = r.settings.return_sequences == 0;
  const int64_t count = y == RNN4J_NONE ? 0 : int64_t{s.rows()} * s.shape(y).elements();
  if (!r.reduces() || count == 0 || (only_last && !s.layout.request().last)) {
    return;
  }
  const kernels::DirectionMergeParams params{count, static_cast<rnn4j_direction_merge>(r.settings.merge),
                                             s.value<const float>(y),
                                             s.at<const float>(s.layout.op(number).directions[1].sequence),
                                             s.value<float>(y)};
  RNN4J_CUDA(kernels::launch_direction_merge(params, s.lanes.main->stream()));
}

}  // namespace

void queue_recurrent(const SegmentContext& context, size_t op) {
  const Lanes& lanes = context.lanes;
  const Pass forward(context, op, 0, *lanes.main);
  forward.round_input();
  if (context.program.ops[op].recurrent->settings.directions == 1) {
    forward.run();
    return;
  }
  order(lanes.main->stream(), *lanes.fork, lanes.second->stream());
  const Pass backward(context, op, 1, *lanes.second);
  backward.round_input();
  backward.run();
  forward.run();
  order(lanes.second->stream(), *lanes.join, lanes.main->stream());
  merge_directions(context, op);
}

void queue_commit(const SegmentContext& s) {
  const Layout& l = s.layout;
  for (size_t k = 0; k < s.program.ops.size(); k++) {
    const Op& op = s.program.ops[k];
    for (int d = 0; op.recurrent && d < op.recurrent->settings.directions; d++) {
      const size_t slot = static_cast<size_t>(op.recurrent->settings.first_slot + d);
      const DirectionPlaces& m = l.op(k).directions[d];
      const int32_t x = op.x_of(d);
      const auto commit = [&](int32_t width, Place from, float* state, Place wanted) {
        if (width > 0) {
          const kernels::CommitStateParams params{s.rows(), width, s.at<const float>(from),
                                                  s.at<const int32_t>(l.state_rows_out), state, s.at<float>(wanted),
                                                  s.at<const kernels::RunStatus>(l.status)};
          RNN4J_CUDA(kernels::launch_commit_state(params, s.lanes.main->stream()));
        }
      };
      commit(s.program.slot_h[slot], m.h[s.shape(x).steps() % 2], s.states.h[slot], l.final_h[slot]);
      commit(s.program.slot_c[slot], m.c, s.states.c[slot], l.final_c[slot]);
    }
  }
}

}  // namespace rnn4j
