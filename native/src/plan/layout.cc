#include "plan/layout.h"

#include <algorithm>

#include "device/memory.h"
#include "kernels/cells/packing.h"
#include "kernels/common/run_status.h"
#include "kernels/common/step.h"
#include "plan/choice.h"
#include "plan/shared_bytes.h"
#include "plan/weights.h"

namespace rnn4j {

bool LayoutRequest::operator==(const LayoutRequest& o) const {
  return rows == o.rows && steps_in_memory == o.steps_in_memory && padded == o.padded &&
         has_lengths == o.has_lengths && has_mask == o.has_mask && own_steps == o.own_steps &&
         external == o.external && time_major == o.time_major && first == o.first && last == o.last &&
         gate_steps == o.gate_steps && parity == o.parity && slots == o.slots && wanted == o.wanted && shapes == o.shapes;
}

/// Fills a layout: parameters, inputs, then op by op.
class LayoutBuilder {
 public:
  LayoutBuilder(const Program& program, Layout& layout)
      : p_(program), l_(layout), r_(layout.request_), rows_(static_cast<size_t>(r_.rows)) {}

  void build() {
    find_last_uses();
    parameters();
    outputs_block();
    inputs();
    outputs();
    for (size_t k = 0; k < p_.ops.size(); k++) {
      op(k);
    }
    l_.work_bytes_ = work_.bytes();
  }

 private:
  size_t end() const { return p_.ops.size(); }

  void find_last_uses() {
    last_use_.assign(p_.values.size(), 0);
    for (size_t k = 0; k < p_.ops.size(); k++) {
      for (const int32_t v : p_.ops[k].inputs) {
        if (v != RNN4J_NONE) {
          last_use_[static_cast<size_t>(v)] = k;
        }
      }
    }
    for (const int32_t v : p_.outputs) {
      last_use_[static_cast<size_t>(v)] = end();
    }
  }

  Place in_input(size_t bytes) {
    const Place place{Block::kInput, l_.input_bytes_};
    l_.input_bytes_ += aligned(bytes);
    return place;
  }

  Place in_output(size_t bytes) {
    const Place place{Block::kOutput, l_.output_bytes_};
    l_.output_bytes_ += aligned(bytes);
    return place;
  }

  void reserve(size_t& room, size_t bytes) const { room += r_.external ? 0 : aligned(bytes); }

  Place in_work(size_t bytes, size_t from, size_t to) { return {Block::kWork, work_.place(bytes, from, to)}; }

  size_t bytes_of(int32_t value) const {
    return rows_ * static_cast<size_t>(l_.shape(value).elements()) * sizeof(float);
  }

  size_t floats(int64_t width) const { return rows_ * static_cast<size_t>(width) * sizeof(float); }

  void parameters() {
    l_.steps = in_input(sizeof(int32_t));
    l_.state_rows_in = in_input(rows_ * sizeof(int32_t));
    l_.state_rows_out = in_input(rows_ * sizeof(int32_t));
    l_.started = in_input(rows_);
    l_.seen = in_input(rows_);
    const size_t lengths = rows_ * sizeof(int32_t);
    const size_t mask = rows_ * static_cast<size_t>(r_.steps_in_memory);
    r_.has_lengths ? void(l_.lengths = in_input(lengths)) : reserve(l_.input_reserve_, lengths);
    r_.has_mask ? void(l_.mask = in_input(mask)) : reserve(l_.input_reserve_, mask);
  }

  size_t caller_of_slot(size_t slot, size_t which) const {
    return p_.inputs.size() + p_.outputs.size() + 4 * slot + which;
  }

  void outputs_block() {
    l_.status = in_output(sizeof(kernels::RunStatus));
    const size_t slots = p_.slot_h.size();
    l_.given_h.resize(slots);
    l_.given_c.resize(slots);
    l_.final_h.resize(slots);
    l_.final_c.resize(slots);
    for (size_t s = 0; s < slots; s++) {
      Place* places[] = {&l_.given_h[s], &l_.given_c[s], &l_.final_h[s], &l_.final_c[s]};
      for (size_t which = 0; which < 4; which++) {
        const size_t bytes = floats(which % 2 == 0 ? p_.slot_h[s] : p_.slot_c[s]);
        if ((r_.slots[s] >> which & 1) == 0) {
          reserve(which < 2 ? l_.input_reserve_ : l_.output_reserve_, bytes);
          continue;
        }
        *places[which] = r_.external ? Place{Block::kCaller, caller_of_slot(s, which)}
                         : which < 2 ? in_input(bytes)
                                     : in_output(bytes);
      }
    }
  }

  void inputs() {
    for (size_t k = 0; k < p_.inputs.size(); k++) {
      const int32_t v = p_.inputs[k];
      const Value& value = p_.values[static_cast<size_t>(v)];
      const bool turned = r_.time_major && value.has_steps;
      set(v, !r_.external ? in_input(bytes_of(v))
             : turned     ? in_work(bytes_of(v), 0, last_use_[static_cast<size_t>(v)])
                          : Place{Block::kCaller, k});
      if (value.has_steps) {
        l_.validities_[static_cast<size_t>(v)] = {l_.lengths, l_.mask};
      }
    }
  }

  /// Outputs get their place first: the op that gives one writes it there.
  void outputs() {
    for (size_t k = 0; k < p_.outputs.size(); k++) {
      const int32_t v = p_.outputs[k];
      if (l_.value(v)) {
        continue;
      }
      const bool turned = r_.time_major && l_.shape(v).rank >= 2;
      if (!r_.external) {
        set(v, in_output(bytes_of(v)));
      } else if (!turned && r_.wanted[k] != 0) {
        set(v, {Block::kCaller, p_.inputs.size() + k});
      }
    }
  }

  void set(int32_t value, Place place) { l_.values_[static_cast<size_t>(value)] = place; }

  void op(size_t k) {
    const Op& op = p_.ops[k];
    for (const int32_t v : op.outputs) {
      if (v != RNN4J_NONE && !l_.value(v)) {
        set(v, in_work(bytes_of(v), k, std::max(k, last_use_[static_cast<size_t>(v)])));
      }
    }
    if (op.recurrent) {
      for (int d = 0; d < op.recurrent->settings.directions; d++) {
        direction(k, *op.recurrent, d);
      }
    } else if (op.kind() == RNN4J_OP_DENSE && product_type(p_.precision) != kernels::NumberType::kFloat) {
      l_.ops_[k].rounded = in_work(bytes_of(op.inputs[0]), k, k);
    }
    validity(k);
  }

  void direction(size_t k, const Recurrent& recurrent, int d) {
    const Op& op = p_.ops[k];
    const rnn4j_cell& cell = recurrent.cells[static_cast<size_t>(d)];
    DirectionPlaces& to = l_.ops_[k].directions[d];
    const int32_t x = op.x_of(d);
    const int64_t steps = l_.shape(x).steps();
    const bool rounds = product_type(p_.precision) != kernels::NumberType::kFloat;
    for (int s = 0; s < 2; s++) {
      to.h[s] = in_work(floats(cell.output_size), 0, end());
      if (rounds) {
        to.h_rounded[s] = in_work(floats(cell.output_size) / 2, 0, end());
      }
    }
    if (cell.kind == RNN4J_CELL_LSTM) {
      to.c = in_work(floats(cell.units), 0, end());
    }
    to.progress = in_work(rows_ * sizeof(kernels::RowProgress), 0, end());
    // The caller's arrays may begin anywhere; ours do not.
    to.kernel = chosen_kernel(p_, r_, op, d, l_.value(x).block != Block::kCaller);
    if (to.kernel == StepKernel::kGemmPerStep) {
      step_scratch(k, d, x);
    }
    if (d == 1 && recurrent.reduces()) {
      const bool sequences = recurrent.settings.return_sequences != 0;
      to.sequence = in_work(floats((sequences ? steps : 1) * cell.output_size), k, k);
    }
  }

  /// What products and gate kernels hand to each other.
  void step_scratch(size_t k, int d, int32_t x) {
    const Op& op = p_.ops[k];
    const rnn4j_cell& cell = op.recurrent->cells[static_cast<size_t>(d)];
    DirectionPlaces& to = l_.ops_[k].directions[d];
    const int32_t steps = l_.shape(x).steps();
    const int64_t gates = kernels::gates_of(static_cast<rnn4j_cell_kind>(cell.kind));
    const kernels::NumberType type = product_type(p_.precision);
    to.gate_steps = r_.gate_steps == 0 ? steps : std::min(steps, r_.gate_steps);
    if (to.gate_steps < steps) {
      const size_t numbers = rows_ * static_cast<size_t>(to.gate_steps) * static_cast<size_t>(cell.input_size);
      to.x_steps = in_work(numbers * static_cast<size_t>(kernels::bytes_of(type)), k, k);
    } else if (type != kernels::NumberType::kFloat) {
      const bool same = d == 1 && x == op.inputs[0] && l_.ops_[k].directions[0].x_rounded;
      to.x_rounded = same ? l_.ops_[k].directions[0].x_rounded : in_work(bytes_of(x) / 2, k, k);
    }
    to.z_x = in_work(floats(to.gate_steps * gates * cell.units), k, k);
    to.z_h = in_work(floats(gates * cell.units), k, k);
    if (op.recurrent->has_projection[static_cast<size_t>(d)]) {
      to.projected = in_work(floats(cell.output_size), k, k);
      to.between = in_work(floats(cell.units), k, k);
    }
    if (cell.kind == RNN4J_CELL_GRU && cell.reset_after == 0) {
      to.update = in_work(floats(cell.units), k, k);
      to.between = in_work(floats(cell.units), k, k);
    }
  }

  // --- which steps count ---

  const ValidityPlace& of(int32_t value) const { return l_.validity(value); }

  void validity(size_t k) {
    const Op& op = p_.ops[k];
    const int32_t y = op.outputs[0];
    if (op.recurrent) {
      recurrent_validity(k);
    } else if (op.settings.counts == 2) {
      give(y, of(op.inputs[0]));
    } else if (op.settings.counts == 1) {
      own_rule(k);
    }
  }

  void give(int32_t value, const ValidityPlace& validity) {
    if (value != RNN4J_NONE) {
      l_.validities_[static_cast<size_t>(value)] = validity;
    }
  }

  void recurrent_validity(size_t k) {
    const Op& op = p_.ops[k];
    const Recurrent& r = *op.recurrent;
    if (r.settings.return_sequences == 0 || op.settings.counts == 0) {
      return;
    }
    const int32_t backward = op.input(kInXBackward);
    const ValidityPlace first = of(op.inputs[0]);
    const ValidityPlace second = backward == RNN4J_NONE ? first : of(backward);
    if (r.settings.directions == 1 || r.settings.merge == RNN4J_MERGE_NONE) {
      give(op.output(kOutY), first);
      give(op.output(kOutYBackward), second);
    } else {
      give(op.output(kOutY), both(k, first, second, op.inputs[0]));
    }
  }

  void own_rule(size_t k) {
    const Op& op = p_.ops[k];
    const int32_t x = op.inputs.empty() ? RNN4J_NONE : op.inputs[0];
    const int32_t y = op.outputs[0];
    switch (op.kind()) {
      case RNN4J_OP_EMBEDDING:
      case RNN4J_OP_MASKING: {
        const bool finds = op.kind() == RNN4J_OP_MASKING || op.settings.flag != 0;
        if (finds) {
          l_.ops_[k].mask = new_mask(k, l_.shape(x).steps());
        }
        return give(y, {of(x).lengths, finds ? l_.ops_[k].mask : of(x).mask});
      }
      case RNN4J_OP_CONCAT:
        return op.settings.which == 0 ? joined(k) : meeting(k);
      case RNN4J_OP_MERGE:
        return meeting(k);
      default:
        return x == RNN4J_NONE ? void() : give(y, of(x));
    }
  }

  Place new_mask(size_t k, int32_t steps) { return in_work(rows_ * static_cast<size_t>(steps), k, end()); }
  Place new_lengths(size_t k) { return in_work(rows_ * sizeof(int32_t), k, end()); }

  /// Sequences one after the other: a mask, if a step of one of them may not count.
  void joined(size_t k) {
    const Op& op = p_.ops[k];
    const bool some = std::any_of(op.inputs.begin(), op.inputs.end(), [&](int32_t v) { return !of(v).all(); });
    if (some) {
      l_.ops_[k].mask = new_mask(k, l_.shape(op.outputs[0]).steps());
      give(op.outputs[0], {Place{}, l_.ops_[k].mask});
    }
  }

  /// Where sequences meet; what is repeated along the time axis has all steps.
  void meeting(size_t k) {
    const Op& op = p_.ops[k];
    const Shape& out = l_.shape(op.outputs[0]);
    const bool any = op.settings.flag != 0;
    ValidityPlace result;
    bool begun = false;
    for (const int32_t v : op.inputs) {
      const Shape& in = l_.shape(v);
      const bool all = in.rank < out.rank || in.rank == 0 || in[0] != out[0] || of(v).all();
      if (all && any) {
        return;
      }
      if (!all) {
        result = !begun ? of(v) : any ? either(k, result, of(v), v) : both(k, result, of(v), v);
        begun = true;
      }
    }
    give(op.outputs[0], result);
  }

  ValidityPlace both(size_t k, const ValidityPlace& a, const ValidityPlace& b, int32_t value) {
    const bool lengths = a.lengths && b.lengths && !(a.lengths == b.lengths);
    const bool mask = a.mask && b.mask && !(a.mask == b.mask);
    Combination c{kernels::ValidityRule::kAnd, a, b, {}, value};
    c.out.lengths = lengths ? new_lengths(k) : Place{};
    c.out.mask = mask ? new_mask(k, l_.shape(value).steps()) : Place{};
    if (lengths || mask) {
      l_.ops_[k].combinations.push_back(c);
    }
    return {lengths ? c.out.lengths : a.lengths ? a.lengths : b.lengths,
            mask ? c.out.mask : a.mask ? a.mask : b.mask};
  }

  ValidityPlace either(size_t k, const ValidityPlace& a, const ValidityPlace& b, int32_t value) {
    if (a == b) {
      return a;
    }
    Combination c{kernels::ValidityRule::kOr, a, b, {}, value};
    if (!a.mask && !b.mask) {
      c.out.lengths = new_lengths(k);
    } else {
      c.out.mask = new_mask(k, l_.shape(value).steps());
    }
    l_.ops_[k].combinations.push_back(c);
    return c.out;
  }

  const Program& p_;
  Layout& l_;
  const LayoutRequest& r_;
  size_t rows_;
  SharedBytes work_;
  std::vector<size_t> last_use_;
};

Layout::Layout(const Program& program, LayoutRequest request)
    : request_(std::move(request)), values_(program.values.size()), validities_(program.values.size()),
      ops_(program.ops.size()) {
  LayoutBuilder(program, *this).build();
}

}  // namespace rnn4j
