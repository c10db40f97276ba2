#include "plan/program.h"

#include <utility>

#include "api/error.h"
#include "api/sized.h"
#include "plan/validate.h"

namespace rnn4j {
namespace {

constexpr int64_t kUsualWorkspaceLimit = int64_t{1} << 30;
constexpr int32_t kUsualGraphLimit = 32;

template <typename T>
std::vector<T> copied(const T* from, int32_t count, const char* name) {
  require(count >= 0, name, " has a count of ", count);
  require(count == 0 || from != nullptr, name, " is NULL with a count of ", count);
  return std::vector<T>(from, from + count);
}

Value copied_value(const rnn4j_value& from, int32_t number) {
  require(from.type == RNN4J_F32 || from.type == RNN4J_I32, "value ", number, " has type ", from.type,
          "; it must be 0 (float) or 1 (int32)");
  require(from.rank >= 0 && from.rank <= RNN4J_MAX_RANK, "value ", number, " has rank ", from.rank,
          "; it must be 0 to ", RNN4J_MAX_RANK);
  Value value;
  value.type = from.type;
  value.shape.rank = from.rank;
  value.has_steps = from.has_steps != 0;
  for (int axis = 0; axis < from.rank; axis++) {
    require(from.extents[axis] >= 0 || from.extents[axis] == RNN4J_ANY, "value ", number, " has extent ",
            from.extents[axis], "; it must be RNN4J_ANY or not negative");
    value.shape[axis] = from.extents[axis];
  }
  require(!value.has_steps || value.shape.rank > 0, "value ", number, " has steps but rank 0");
  return value;
}

Recurrent copied_recurrent(const rnn4j_recurrent* from, const std::string& op) {
  Recurrent recurrent;
  recurrent.settings = read_sized(from, ("recurrent of '" + op + "'").c_str());
  const int directions = recurrent.settings.directions;
  require(directions == 1 || directions == 2, "'", op, "' has ", directions, " directions; 1 or 2 are allowed");
  for (int d = 0; d < directions; d++) {
    const std::string name = text("cell ", d, " of '", op, "'");
    const rnn4j_cell cell = read_sized(recurrent.settings.cells[d], name.c_str());
    recurrent.cells[static_cast<size_t>(d)] = cell;
    recurrent.has_projection[static_cast<size_t>(d)] = cell.projection != nullptr;
    recurrent.has_peephole[static_cast<size_t>(d)] = cell.peephole != nullptr;
  }
  recurrent.settings.cells[0] = recurrent.settings.cells[1] = nullptr;
  return recurrent;
}

Op copied_op(const rnn4j_op* from, int32_t number) {
  Op op;
  op.settings = read_sized(from, text("op ", number).c_str());
  op.name = op.settings.name == nullptr ? text("op ", number) : op.settings.name;
  op.inputs = copied(op.settings.inputs, op.settings.input_count, ("inputs of '" + op.name + "'").c_str());
  op.outputs = copied(op.settings.outputs, op.settings.output_count, ("outputs of '" + op.name + "'").c_str());
  if (op.settings.kind == RNN4J_OP_RECURRENT) {
    op.recurrent = copied_recurrent(op.settings.recurrent, op.name);
  }
  op.settings.name = nullptr;
  op.settings.inputs = op.settings.outputs = nullptr;
  op.settings.recurrent = nullptr;
  return op;
}

}  // namespace

bool Shape::operator==(const Shape& other) const {
  return rank == other.rank && extents == other.extents;
}

int64_t Shape::elements(int axis) const {
  int64_t n = 1;
  for (int a = axis; a < rank; a++) {
    n *= (*this)[a];
  }
  return n;
}

std::string Shape::text() const {
  std::string all = "[B";
  for (int axis = 0; axis < rank; axis++) {
    const int32_t extent = (*this)[axis];
    all += ", " + (extent != RNN4J_ANY ? std::to_string(extent) : axis == 0 ? "T" : "?");
  }
  return all + "]";
}

bool Recurrent::reads_backwards() const {
  return settings.reads_backwards[0] != 0 || (settings.directions == 2 && settings.reads_backwards[1] != 0);
}

bool Recurrent::reduces() const {
  return settings.directions == 2 && settings.merge != RNN4J_MERGE_CONCAT && settings.merge != RNN4J_MERGE_NONE;
}

int32_t Recurrent::column(int direction) const {
  const bool joined = settings.directions == 2 && settings.merge == RNN4J_MERGE_CONCAT;
  return joined && direction == 1 ? cells[0].output_size : 0;
}

int32_t Recurrent::width() const {
  const bool joined = settings.directions == 2 && settings.merge == RNN4J_MERGE_CONCAT;
  return cells[0].output_size + (joined ? cells[1].output_size : 0);
}

const char* kind_name(const Op& op) {
  if (op.recurrent) {
    switch (op.recurrent->cells[0].kind) {
      case RNN4J_CELL_LSTM: return "lstm";
      case RNN4J_CELL_GRU: return "gru";
      default: return "rnn";
    }
  }
  constexpr const char* kNames[] = {"dense", "activate", "softmax", "embedding", "one_hot", "masking", "select_step",
                                    "concat", "merge", "constant", "copy", "permute", "repeat", "numbers"};
  const int kind = op.kind();
  return kind >= RNN4J_OP_DENSE && kind <= RNN4J_OP_NUMBERS ? kNames[kind - RNN4J_OP_DENSE] : "op";
}

std::string Op::title() const { return text(kind_name(*this), " '", name, "'"); }

Program::Program(const rnn4j_program& caller, Selection table, int32_t capability)
    : compute_capability(capability), selection(std::move(table)) {
  const rnn4j_program from = read_sized(&caller, "program");
  name = from.name == nullptr ? "" : from.name;
  require(from.value_count >= 0 && (from.value_count == 0 || from.values != nullptr), "program.values is NULL");
  for (int32_t v = 0; v < from.value_count; v++) {
    values.push_back(copied_value(from.values[v], v));
  }
  inputs = copied(from.inputs, from.input_count, "program.inputs");
  outputs = copied(from.outputs, from.output_count, "program.outputs");
  slot_h = copied(from.slot_h, from.slot_count, "program.slot_h");
  slot_c = copied(from.slot_c, from.slot_count, "program.slot_c");
  require(from.op_count >= 0 && (from.op_count == 0 || from.ops != nullptr), "program.ops is NULL");
  // An array of structs that grow is walked by the size that its first element gives.
  const size_t stride = from.op_count == 0 ? 0 : from.ops->size;
  for (int32_t k = 0; k < from.op_count; k++) {
    const char* at = reinterpret_cast<const char*>(from.ops) + static_cast<size_t>(k) * stride;
    ops.push_back(copied_op(reinterpret_cast<const rnn4j_op*>(at), k));
  }
  precision = from.precision;
  batch_invariant = from.batch_invariant != 0;
  streamable = from.streamable != 0;
  workspace_limit = from.workspace_limit == 0 ? kUsualWorkspaceLimit : from.workspace_limit;
  graph_limit = from.graph_limit == 0 ? kUsualGraphLimit : from.graph_limit;
  validate(*this);
}

int64_t Program::state_width() const {
  int64_t width = 0;
  for (size_t slot = 0; slot < slot_h.size(); slot++) {
    width += slot_h[slot] + slot_c[slot];
  }
  return width;
}

void Program::forget_weights() {
  for (Op& op : ops) {
    op.settings.kernel = op.settings.bias = nullptr;
    if (!op.recurrent) {
      continue;
    }
    for (rnn4j_cell& cell : op.recurrent->cells) {
      cell.input_kernel = cell.recurrent_kernel = cell.bias = cell.recurrent_bias = nullptr;
      cell.peephole = cell.projection = cell.projection_bias = nullptr;
    }
  }
}

}  // namespace rnn4j
