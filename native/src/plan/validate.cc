#include "plan/validate.h"

#include <cstddef>
#include <string>
#include <vector>

#include "api/error.h"
#include "kernels/ops/merge.h"

namespace rnn4j {
namespace {

/// Gathers what is wrong, so that all of it is told at once.
class Problems {
 public:
  template <typename... Parts>
  void malformed(const Parts&... parts) {
    malformed_ += "\n  " + text(parts...);
  }
  template <typename... Parts>
  void unsupported(const Parts&... parts) {
    unsupported_ += "\n  " + text(parts...);
  }

  void raise(const std::string& program) const {
    if (!malformed_.empty()) {
      fail(RNN4J_INVALID_ARGUMENT, "program '", program, "' makes no sense:", malformed_);
    }
    if (!unsupported_.empty()) {
      fail(RNN4J_UNSUPPORTED, "program '", program, "' asks for what no kernel does:", unsupported_);
    }
  }

 private:
  std::string malformed_;
  std::string unsupported_;
};

/// How many inputs and outputs an op may have.
struct Arity {
  size_t least_inputs;
  size_t most_inputs;
  size_t most_outputs;
};

constexpr size_t kAnyNumber = static_cast<size_t>(-1);

Arity arity_of(int kind) {
  switch (kind) {
    case RNN4J_OP_RECURRENT: return {1, 6, 6};
    case RNN4J_OP_CONSTANT: return {0, 0, 1};
    case RNN4J_OP_CONCAT:
    case RNN4J_OP_MERGE: return {1, kAnyNumber, 1};
    default: return {1, 1, 1};
  }
}

class Validation {
 public:
  explicit Validation(const Program& program) : p_(program), defined_(program.values.size(), false) {}

  void run() {
    settings();
    for (const int32_t v : p_.inputs) {
      if (in_range(v, "the program's inputs")) {
        define(v, "the program's inputs");
      }
    }
    for (const Op& op : p_.ops) {
      check(op);
    }
    for (const int32_t v : p_.outputs) {
      if (!in_range(v, "the program's outputs")) {
        continue;
      }
      if (!defined_[static_cast<size_t>(v)]) {
        problems_.malformed("output value ", v, " is given by no op");
      } else if (p_.values[static_cast<size_t>(v)].type != RNN4J_F32) {
        problems_.malformed("output value ", v, " holds ids; RNN4J_OP_NUMBERS makes floats of them");
      }
    }
    problems_.raise(p_.name);
  }

 private:
  void settings() {
    if (p_.precision < RNN4J_FP32 || p_.precision > RNN4J_BF16) {
      problems_.malformed("precision is ", p_.precision, "; it must be 0 to 3");
    }
    if (p_.workspace_limit < 0) {
      problems_.malformed("workspace_limit is ", p_.workspace_limit, "; it must not be negative");
    }
    if (p_.batch_invariant && p_.precision == RNN4J_TF32) {
      problems_.unsupported("batch_invariant with precision TF32 (own products are exact)");
    }
  }

  bool in_range(int32_t value, const std::string& where) {
    const bool holds = value >= 0 && static_cast<size_t>(value) < p_.values.size();
    if (!holds) {
      problems_.malformed(where, " name value ", value, "; there are ", p_.values.size());
    }
    return holds;
  }

  void define(int32_t value, const std::string& where) {
    if (defined_[static_cast<size_t>(value)]) {
      problems_.malformed(where, " give value ", value, " a second time");
    }
    defined_[static_cast<size_t>(value)] = true;
  }

  void check(const Op& op) {
    const int kind = op.kind();
    if (kind < RNN4J_OP_RECURRENT || kind > RNN4J_OP_NUMBERS) {
      problems_.unsupported("op '", op.name, "' of kind ", kind);
      return;
    }
    const std::string title = op.title();
    const Arity arity = arity_of(kind);
    if (op.inputs.size() < arity.least_inputs || op.inputs.size() > arity.most_inputs || op.outputs.empty() ||
        op.outputs.size() > arity.most_outputs) {
      problems_.malformed(title, " has ", op.inputs.size(), " inputs and ", op.outputs.size(), " outputs");
      return;
    }
    if (!references(op, title)) {
      return;
    }
    weights(op, title);
    if (kind == RNN4J_OP_MERGE && op.inputs.size() > kernels::kMaxMergeInputs) {
      problems_.unsupported(title, " of ", op.inputs.size(), " inputs; ", kernels::kMaxMergeInputs, " are possible");
    }
    if (kind == RNN4J_OP_MERGE && (op.settings.which < RNN4J_ADD || op.settings.which > RNN4J_MINIMUM)) {
      problems_.malformed(title, " has which = ", op.settings.which);
    }
    if (kind == RNN4J_OP_SELECT_STEP && (op.settings.which < 0 || op.settings.which > 2)) {
      problems_.malformed(title, " has which = ", op.settings.which);
    }
    if (op.recurrent) {
      recurrent(op, *op.recurrent, title);
    }
  }

  /// False if values are named that do not exist.
  bool references(const Op& op, const std::string& title) {
    bool exist = true;
    const bool reads_ids =
        op.kind() == RNN4J_OP_EMBEDDING || op.kind() == RNN4J_OP_ONE_HOT || op.kind() == RNN4J_OP_NUMBERS;
    for (size_t k = 0; k < op.inputs.size(); k++) {
      const int32_t v = op.inputs[k];
      if (v == RNN4J_NONE && op.recurrent && k > 0) {
        continue;
      }
      if (!in_range(v, title)) {
        exist = false;
        continue;
      }
      if (!defined_[static_cast<size_t>(v)]) {
        problems_.malformed(title, " reads value ", v, ", which nothing has given yet");
      }
      const bool ids = p_.values[static_cast<size_t>(v)].type == RNN4J_I32;
      if (ids && !reads_ids) {
        problems_.malformed(title, " reads value ", v, ", which holds ids; RNN4J_OP_NUMBERS makes floats of them");
      } else if (!ids && op.kind() == RNN4J_OP_NUMBERS) {
        problems_.malformed(title, " reads value ", v, ", which holds floats already");
      }
    }
    for (const int32_t v : op.outputs) {
      if (v == RNN4J_NONE && op.recurrent) {
        continue;
      }
      if (!in_range(v, title)) {
        exist = false;
      } else {
        define(v, title);
        if (p_.values[static_cast<size_t>(v)].type != RNN4J_F32) {
          problems_.malformed(title, " gives value ", v, ", which is declared as int32; only inputs are");
        }
      }
    }
    return exist;
  }

  void weights(const Op& op, const std::string& title) {
    const bool has_kernel = op.kind() == RNN4J_OP_DENSE || op.kind() == RNN4J_OP_EMBEDDING;
    if (has_kernel && (op.settings.kernel == nullptr || op.settings.rows < 1 || op.settings.columns < 1)) {
      problems_.malformed(title, " has no kernel, or one of [", op.settings.rows, ", ", op.settings.columns, "]");
    }
    if (op.kind() == RNN4J_OP_ONE_HOT && op.settings.rows < 1) {
      problems_.malformed(title, " has depth ", op.settings.rows);
    }
    if (op.kind() == RNN4J_OP_CONSTANT) {
      const Shape& shape = p_.values[static_cast<size_t>(op.outputs[0])].shape;
      bool known = true;
      for (int axis = 0; axis < shape.rank; axis++) {
        known &= shape[axis] != RNN4J_ANY;
      }
      if (op.settings.bias == nullptr || !known) {
        problems_.malformed(title, " has no value, or one of an open shape ", shape.text());
      }
    }
  }

  void recurrent(const Op& op, const Recurrent& r, const std::string& title) {
    for (int d = 0; d < r.settings.directions; d++) {
      cell(r.cells[static_cast<size_t>(d)], text(title, ", direction ", d));
      slot(r, d, text(title, ", direction ", d));
    }
    const bool apart = r.settings.directions == 2 && r.settings.merge == RNN4J_MERGE_NONE;
    const bool reduces = r.settings.directions == 2 && !apart && r.settings.merge != RNN4J_MERGE_CONCAT;
    if (reduces && r.cells[0].output_size != r.cells[1].output_size) {
      problems_.malformed(title, " merges widths ", r.cells[0].output_size, " and ", r.cells[1].output_size);
    }
    if (r.settings.merge < RNN4J_MERGE_CONCAT || r.settings.merge > RNN4J_MERGE_NONE) {
      problems_.malformed(title, " has merge = ", r.settings.merge);
    }
    if (op.output(kOutYBackward) != RNN4J_NONE && !apart) {
      problems_.malformed(title, " gives a second sequence without RNN4J_MERGE_NONE");
    }
    if (r.settings.residual != 0) {
      for (int d = 0; d < r.settings.directions; d++) {
        const rnn4j_cell& c = r.cells[static_cast<size_t>(d)];
        if (c.input_size < r.column(d) + c.output_size) {
          problems_.malformed(title, " adds an input of ", c.input_size, " columns to an output of ",
                              r.column(d) + c.output_size);
        }
      }
    }
  }

  void cell(const rnn4j_cell& c, const std::string& title) {
    if (c.kind < RNN4J_CELL_RNN || c.kind > RNN4J_CELL_GRU) {
      problems_.unsupported(title, ": a cell of kind ", c.kind);
      return;
    }
    if (c.input_size < 1 || c.units < 1 || c.output_size < 1) {
      problems_.malformed(title, ": input size ", c.input_size, ", units ", c.units, ", output size ", c.output_size);
    }
    if (c.input_kernel == nullptr || c.recurrent_kernel == nullptr) {
      problems_.malformed(title, ": a kernel is NULL");
    }
    if (c.kind != RNN4J_CELL_LSTM && (c.projection != nullptr || c.peephole != nullptr)) {
      problems_.unsupported(title, ": a projection or peephole of a cell other than LSTM");
    }
    if (c.projection == nullptr && c.output_size != c.units) {
      problems_.malformed(title, ": output size ", c.output_size, " without a projection of ", c.units, " units");
    }
    if (c.recurrent_bias != nullptr && !(c.kind == RNN4J_CELL_GRU && c.reset_after != 0)) {
      problems_.unsupported(title, ": a recurrent bias of a cell other than GRU with reset_after");
    }
  }

  void slot(const Recurrent& r, int d, const std::string& title) {
    const int32_t s = r.settings.first_slot + d;
    if (s < 0 || static_cast<size_t>(s) >= p_.slot_h.size()) {
      problems_.malformed(title, " uses state slot ", s, "; there are ", p_.slot_h.size());
      return;
    }
    const rnn4j_cell& c = r.cells[static_cast<size_t>(d)];
    const int32_t width = c.kind == RNN4J_CELL_LSTM ? c.units : 0;
    if (p_.slot_h[static_cast<size_t>(s)] != c.output_size || p_.slot_c[static_cast<size_t>(s)] != width) {
      problems_.malformed(title, " has h of ", c.output_size, " and c of ", width, " columns; its slot ", s, " has ",
                          p_.slot_h[static_cast<size_t>(s)], " and ", p_.slot_c[static_cast<size_t>(s)]);
    }
  }

  const Program& p_;
  std::vector<bool> defined_;
  Problems problems_;
};

}  // namespace

void validate(const Program& program) { Validation(program).run(); }

}  // namespace rnn4j
