#include "run/explain.h"

#include "api/error.h"
#include "kernels/cells/packing.h"
#include "plan/choice.h"

namespace rnn4j {
namespace {

const char* precision_name(int32_t precision) {
  constexpr const char* kNames[] = {"fp32, TF32 off", "tf32", "fp16 weights, float sums", "bf16 weights, float sums"};
  return kNames[precision];
}

std::string cell_text(const Program& program, const rnn4j_cell& cell, bool projects) {
  std::string how = "gemm-per-step is one product of the inputs of all steps, then by step one product and ";
  switch (cell.kind) {
    case RNN4J_CELL_LSTM:
      how += projects ? "lstm_step, the projection's product and projection_step" : "lstm_step";
      break;
    case RNN4J_CELL_GRU:
      how += cell.reset_after != 0 ? "gru_step" : "gru_reset, a second product and gru_candidate (reset before)";
      break;
    default:
      how += "rnn_step";
  }
  return text(how, "; I ", cell.input_size, ", H ", cell.units, ", P ", cell.output_size,
              program.batch_invariant ? "; own products" : "; products by cuBLAS");
}

std::string op_text(const Program& program, const Op& op) {
  if (op.recurrent) {
    std::string all;
    for (int d = 0; d < op.recurrent->settings.directions; d++) {
      const auto which = static_cast<size_t>(d);
      all += d == 0 ? "" : "\n      second direction, on a stream of its own: ";
      all += cell_text(program, op.recurrent->cells[which], op.recurrent->has_projection[which]);
      all += explained_choice(program, op, d, "\n        ");
    }
    return all;
  }
  if (op.kind() == RNN4J_OP_DENSE) {
    return text("product [", op.settings.rows, ", ", op.settings.columns, "] ",
                program.batch_invariant ? "by our own kernel" : "by cuBLAS", op.settings.bias ? ", then the bias" : "");
  }
  return text("kernel ", kind_name(op));
}

}  // namespace

std::string explained(const Program& program, const StepRules& rules, int64_t weight_bytes, int64_t cublas_bytes) {
  std::string all = text("program '", program.name, "': ", precision_name(program.precision), "\n");
  for (const Op& op : program.ops) {
    const int32_t y = op.outputs[0];
    all += text("  ", op.title(), y == RNN4J_NONE ? "" : " -> " + program.values[static_cast<size_t>(y)].shape.text(),
                "\n      ", op_text(program, op), "\n");
  }
  all += rules.why_exact().empty() ? "  steps: a graph serves all T of a bucket (8, 12, 16, 24, 32, ..)\n"
                                   : text("  steps: a graph for every T, because ", rules.why_exact(), "\n");
  all += rules.why_whole().empty() ? "  chunks: long calls are cut, copies go on meanwhile\n"
                                   : text("  chunks: none, because ", rules.why_whole(),
                                          "; in long calls gates are found for a chunk of steps at a time\n");
  all += text("  memory: weights ", weight_bytes, " bytes, cuBLAS's workspace ", cublas_bytes, ", a call at most ",
              program.workspace_limit, "\n");
  return all;
}

}  // namespace rnn4j
