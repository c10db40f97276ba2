// Programs for tests: owns all that a rnn4j_program points to.
#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "kernels/support/recurrent_problem.h"
#include "rnn4j/rnn4j.h"

namespace testing {

class ProgramBuilder {
 public:
  int32_t value(std::vector<int32_t> extents, int32_t type = RNN4J_F32, bool has_steps = false) {
    rnn4j_value v{};
    v.type = type;
    v.rank = static_cast<int32_t>(extents.size());
    for (size_t axis = 0; axis < extents.size(); axis++) v.extents[axis] = extents[axis];
    v.has_steps = has_steps ? 1 : 0;
    values_.push_back(v);
    return static_cast<int32_t>(values_.size()) - 1;
  }
  int32_t input(std::vector<int32_t> extents, int32_t type = RNN4J_F32, bool has_steps = true) {
    inputs_.push_back(value(std::move(extents), type, has_steps));
    return inputs_.back();
  }
  void output(int32_t value) { outputs_.push_back(value); }

  /// The pointers to lists and weights are the caller's to keep; those given here are kept.
  rnn4j_op& op(int32_t kind, const char* name, std::vector<int32_t> inputs, std::vector<int32_t> outputs) {
    rnn4j_op o{};
    o.size = sizeof o;
    o.kind = kind;
    o.name = keep(name);
    lists_.push_back(std::move(inputs));
    o.inputs = lists_.back().data();
    o.input_count = static_cast<int32_t>(lists_.back().size());
    lists_.push_back(std::move(outputs));
    o.outputs = lists_.back().data();
    o.output_count = static_cast<int32_t>(lists_.back().size());
    o.counts = 1;
    ops_.push_back(o);
    return ops_.back();
  }

  rnn4j_op& dense(const char* name, int32_t x, int32_t y, int rows, int columns, const float* kernel,
                  const float* bias) {
    rnn4j_op& o = op(RNN4J_OP_DENSE, name, {x}, {y});
    o.rows = rows;
    o.columns = columns;
    o.kernel = kernel;
    o.bias = bias;
    return o;
  }

  /// The data must outlive the building of the executable.
  rnn4j_cell& cell(const RecurrentProblem& p, const RecurrentData& d) {
    const auto pointer = [](const std::vector<float>& v) { return v.empty() ? nullptr : v.data(); };
    rnn4j_cell c{};
    c.size = sizeof c;
    c.kind = p.kind;
    c.input_size = p.input;
    c.units = p.units;
    c.output_size = p.output;
    c.gate = p.gate;
    c.candidate = p.candidate;
    c.output = p.activation;
    c.forget_bias = p.forget_bias;
    c.cell_clip = p.cell_clip;
    c.projection_clip = p.projection_clip;
    c.preactivation_clip = p.preactivation_clip;
    c.clip_output_activation = p.clip_output_activation ? 1 : 0;
    c.coupling = p.coupling;
    c.output_of_candidate = p.output_of_candidate ? 1 : 0;
    c.reset_after = p.reset_after ? 1 : 0;
    c.input_kernel = pointer(d.input_kernel);
    c.recurrent_kernel = pointer(d.recurrent_kernel);
    c.bias = pointer(d.bias);
    c.recurrent_bias = pointer(d.recurrent_bias);
    c.peephole = pointer(d.peephole);
    c.projection = pointer(d.projection);
    c.projection_bias = pointer(d.projection_bias);
    cells_.push_back(c);
    return cells_.back();
  }

  /// A layer of one direction, or of two where `backward` is given; slots are taken.
  rnn4j_recurrent& recurrent(const char* name, std::vector<int32_t> inputs, std::vector<int32_t> outputs,
                             const RecurrentProblem& p, const rnn4j_cell& forward,
                             const rnn4j_cell* backward = nullptr) {
    rnn4j_recurrent r{};
    r.size = sizeof r;
    r.directions = backward == nullptr ? 1 : 2;
    r.cells[0] = &forward;
    r.cells[1] = backward;
    r.reads_backwards[0] = p.backwards ? 1 : 0;
    r.reads_backwards[1] = 1;
    r.within_length = p.within_length ? 1 : 0;
    r.return_sequences = 1;
    r.flipped = p.flipped ? 1 : 0;
    r.padded_output = !p.repeat_previous       ? RNN4J_PADDED_ZERO
                      : p.repeats_across_calls ? RNN4J_PADDED_PREVIOUS
                                               : RNN4J_PADDED_PREVIOUS_OF_CALL;
    r.empty_row_zero = p.empty_row_zero ? 1 : 0;
    r.residual = p.residual ? 1 : 0;
    r.first_slot = static_cast<int32_t>(slot_h_.size());
    for (const rnn4j_cell* c : {&forward, backward}) {
      if (c != nullptr) {
        slot_h_.push_back(c->output_size);
        slot_c_.push_back(c->kind == RNN4J_CELL_LSTM ? c->units : 0);
      }
    }
    recurrents_.push_back(r);
    op(RNN4J_OP_RECURRENT, name, std::move(inputs), std::move(outputs)).recurrent = &recurrents_.back();
    return recurrents_.back();
  }

  const float* keep(std::vector<float> numbers) {
    numbers_.push_back(std::move(numbers));
    return numbers_.back().data();
  }
  const char* keep(const std::string& text) {
    texts_.push_back(text);
    return texts_.back().c_str();
  }

  /// Valid until the builder changes; its settings may be changed.
  rnn4j_program program(const char* name = "test") const {
    rnn4j_program p{};
    p.size = sizeof p;
    p.name = name;
    p.values = values_.data();
    p.value_count = static_cast<int32_t>(values_.size());
    p.inputs = inputs_.data();
    p.input_count = static_cast<int32_t>(inputs_.size());
    p.outputs = outputs_.data();
    p.output_count = static_cast<int32_t>(outputs_.size());
    p.slot_h = slot_h_.data();
    p.slot_c = slot_c_.data();
    p.slot_count = static_cast<int32_t>(slot_h_.size());
    p.ops = ops_.data();
    p.op_count = static_cast<int32_t>(ops_.size());
    return p;
  }

  const std::vector<rnn4j_value>& values() const { return values_; }
  const std::vector<int32_t>& outputs() const { return outputs_; }
  const std::vector<int32_t>& inputs() const { return inputs_; }
  const std::vector<int32_t>& slot_h() const { return slot_h_; }
  const std::vector<int32_t>& slot_c() const { return slot_c_; }
  std::vector<rnn4j_op>& ops() { return ops_; }

 private:
  std::vector<rnn4j_value> values_;
  std::vector<int32_t> inputs_, outputs_, slot_h_, slot_c_;
  std::vector<rnn4j_op> ops_;
  std::deque<std::vector<int32_t>> lists_;
  std::deque<std::vector<float>> numbers_;
  std::deque<std::string> texts_;
  std::deque<rnn4j_cell> cells_;
  std::deque<rnn4j_recurrent> recurrents_;
};

}  // namespace testing
