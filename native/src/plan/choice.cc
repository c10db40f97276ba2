#include "plan/choice.h"

#include <algorithm>
#include <cmath>

#include "api/error.h"
#include "kernels/cells/streaming_step.h"
#include "plan/weights.h"

namespace rnn4j {
namespace {

/// What differs from call to call; the other columns are known with the program.
constexpr SelectionColumn kOfCalls[] = {kRows, kSteps, kLengths};

bool is_of_calls(size_t column) {
  return std::find(std::begin(kOfCalls), std::end(kOfCalls), static_cast<SelectionColumn>(column)) !=
         std::end(kOfCalls);
}

int32_t cell_number(const rnn4j_cell& cell) {
  switch (cell.kind) {
    case RNN4J_CELL_LSTM: return kCellLstm;
    case RNN4J_CELL_GRU: return cell.reset_after != 0 ? kCellGruResetAfter : kCellGru;
    default: return kCellRnn;
  }
}

/// Without what is of calls.
SelectionKey key_of(const Program& program, const Op& op, int direction) {
  const rnn4j_cell& cell = op.recurrent->cells[static_cast<size_t>(direction)];
  SelectionKey key{};
  key[kCapability] = program.compute_capability;
  key[kCell] = cell_number(cell);
  key[kPrecision] = program.precision;
  key[kUnits] = cell.units;
  key[kLayers] = static_cast<int32_t>(
      std::count_if(program.ops.begin(), program.ops.end(), [](const Op& o) { return o.recurrent.has_value(); }));
  key[kDirections] = op.recurrent->settings.directions;
  return key;
}

std::string first_obstacle(const Program& program, const SelectionRow& row, const Op& op, int direction) {
  const SelectionKey key = key_of(program, op, direction);
  for (size_t k = 0; k < kSelectionColumns; k++) {
    const auto column = static_cast<SelectionColumn>(k);
    if (!is_of_calls(k) && !row.columns[k].has(key[k])) {
      return text("for ", row.text(column), "; here it is ", column_text(column, key[k]));
    }
  }
  const auto problem = [&](int32_t rows) { return cell_problem(program, *op.recurrent, direction, rows, true); };
  const char* obstacle = why_not(row.kernel, problem(std::max(1, row.columns[kRows].first)));
  return obstacle == nullptr ? "" : obstacle;
}

std::string conditions(const SelectionRow& row) {
  std::string all;
  for (const SelectionColumn column : kOfCalls) {
    if (!row.columns[column].is_all()) {
      all += (all.empty() ? " where " : ", ") + row.text(column);
    }
  }
  return all.empty() ? " in every call" : all;
}

}  // namespace

kernels::CellProblem cell_problem(const Program& program, const Recurrent& recurrent, int direction, int32_t rows,
                                  bool aligned_input) {
  const auto d = static_cast<size_t>(direction);
  const rnn4j_cell& cell = recurrent.cells[d];
  kernels::CellProblem p{};
  p.kind = cell.kind;
  p.rows = rows;
  p.input_size = cell.input_size;
  p.units = cell.units;
  p.output_size = cell.output_size;
  p.weights = product_type(program.precision);
  p.gate = cell.gate;
  p.candidate = cell.candidate;
  p.activation = cell.output;
  p.coupling = cell.coupling;
  p.output_of_candidate = cell.output_of_candidate != 0;
  p.reset_after = cell.reset_after != 0;
  p.has_projection = recurrent.has_projection[d];
  p.has_peephole = recurrent.has_peephole[d];
  p.has_clip = !std::isnan(cell.preactivation_clip) ||
               (cell.kind == RNN4J_CELL_LSTM && !std::isnan(cell.cell_clip));
  p.fixed_order = program.batch_invariant;
  p.aligned_input = aligned_input;
  return p;
}

const char* why_not(StepKernel kernel, const kernels::CellProblem& problem) {
  switch (kernel) {
    case StepKernel::kStreamingStep: return kernels::why_not_streaming_step(problem);
    case StepKernel::kGemmPerStep: return nullptr;  // what it does not run is no program: validate.cc
  }
  return "there is no such kernel";
}

StepKernel chosen_kernel(const Program& program, const LayoutRequest& request, const Op& op, int direction,
                         bool aligned_input) {
  SelectionKey key = key_of(program, op, direction);
  key[kRows] = request.rows;
  key[kSteps] = request.shapes[static_cast<size_t>(op.x_of(direction))].steps();
  key[kLengths] = request.has_lengths || request.has_mask ? 1 : 0;
  const kernels::CellProblem problem = cell_problem(program, *op.recurrent, direction, request.rows, aligned_input);
  for (const SelectionRow& row : program.selection.rows) {
    if (row.matches(key) && why_not(row.kernel, problem) == nullptr) {
      return row.kernel;
    }
  }
  fail(RNN4J_INTERNAL, "the table of kernels ", program.selection.source, " has no row for ", op.title());
}

std::string explained_choice(const Program& program, const Op& op, int direction, const std::string& indent) {
  std::string all;
  bool any = false;
  for (const SelectionRow& row : program.selection.rows) {
    const std::string obstacle = first_obstacle(program, row, op, direction);
    const std::string origin = text(" (", program.selection.source, ":", row.line, ", ", row.note, ")");
    all += indent;
    if (!obstacle.empty()) {
      all += text("not ", name_of(row.kernel), origin, ": ", obstacle);
    } else {
      all += text(any ? "else " : "", name_of(row.kernel), conditions(row), origin);
      any = true;
    }
  }
  return all;
}

}  // namespace rnn4j
