#include "plan/steps.h"

#include "api/error.h"

namespace rnn4j {

int32_t bucket_of(int32_t steps) {
  if (steps <= kLongestOwnGraph) {
    return steps;
  }
  int32_t power = kLongestOwnGraph;
  while (power <= steps / 2) {
    power *= 2;
  }
  // power <= steps < 2 power
  const int64_t between = int64_t{3} * power / 2;
  return steps == power ? power : static_cast<int32_t>(steps <= between ? between : int64_t{2} * power);
}

StepRules::StepRules(const Program& program)
    : timings_(program.values.size(), Timing::kFixed), at_end_(program.ops.size(), false) {
  bool has_steps = false;
  for (const int32_t v : program.inputs) {
    if (program.values[static_cast<size_t>(v)].has_steps) {
      timings_[static_cast<size_t>(v)] = Timing::kSteps;
      has_steps = true;
    }
  }
  if (!has_steps) {
    exact("no input has steps");
  }
  for (size_t k = 0; k < program.ops.size(); k++) {
    follow(program, k);
  }
  for (size_t v = 0; v < program.values.size(); v++) {
    const Shape& shape = program.values[v].shape;
    if (timings_[v] != Timing::kSteps && shape.rank > 0 && shape[0] == RNN4J_ANY) {
      exact(text("value ", v, " has a first extent that is not the inputs' steps"));
    }
  }
  if (!program.streamable) {
    whole("the program is not streamable");
  }
  if (!why_exact_.empty()) {
    whole(why_exact_);
  }
}

Timing StepRules::joined(const Op& op) const {
  Timing all = Timing::kFixed;
  for (const int32_t v : op.inputs) {
    if (v == RNN4J_NONE || timing(v) == Timing::kFixed) {
      continue;
    }
    // What mixes both is known at the end alone; whether that may be is asked elsewhere.
    all = all == Timing::kFixed || all == timing(v) ? timing(v) : Timing::kSteps;
  }
  return all;
}

std::string StepRules::stepwise_obstacle(const Program& program, const Op& op) const {
  const auto rank = [&](int32_t v) { return program.values[static_cast<size_t>(v)].shape.rank; };
  switch (op.kind()) {
    case RNN4J_OP_DENSE:
    case RNN4J_OP_SOFTMAX:
      return rank(op.inputs[0]) < 2 ? "works along the steps" : "";
    case RNN4J_OP_CONCAT:
      return op.settings.which == 0 ? "joins steps" : "";
    case RNN4J_OP_PERMUTE:
      return op.settings.axes[0] != 0 ? "moves the axis of the steps" : "";
    case RNN4J_OP_REPEAT:
      return "repeats a sequence";
    case RNN4J_OP_COPY: {
      const Shape& to = program.values[static_cast<size_t>(op.outputs[0])].shape;
      return to.rank < 1 || to[0] != RNN4J_ANY ? "gives steps another shape" : "";
    }
    case RNN4J_OP_MERGE:
      for (const int32_t v : op.inputs) {
        const Shape& shape = program.values[static_cast<size_t>(v)].shape;
        const bool aligned = shape.rank == rank(op.outputs[0]);
        if (timing(v) == Timing::kSteps ? !aligned : aligned && shape.rank > 0 && shape[0] != 1) {
          return "merges steps with another axis";
        }
      }
      return "";
    default:
      return "";
  }
}

std::string StepRules::chunk_obstacle(const Op& op) const {
  if (op.kind() == RNN4J_OP_SELECT_STEP) {
    return op.settings.which == 1 ? "" : "selects a step of an earlier chunk";
  }
  bool ends = false;
  for (const int32_t v : op.inputs) {
    ends |= v != RNN4J_NONE && timing(v) == Timing::kEnd;
  }
  if (ends) {
    return "uses what comes after the last step at every step";
  }
  if (!op.recurrent) {
    return "";
  }
  const rnn4j_recurrent& r = op.recurrent->settings;
  if (r.directions == 2 || r.reads_backwards[0] != 0) {
    return "reads from the end";
  }
  if (r.residual != 0 && (r.return_sequences == 0 || r.padded_output != RNN4J_PADDED_ZERO)) {
    return "adds an input of an earlier chunk";
  }
  return "";
}

void StepRules::follow(const Program& program, size_t number) {
  const Op& op = program.ops[number];
  const Timing in = op.recurrent ? timing(op.inputs[0]) : joined(op);
  Timing out = in;
  if (in == Timing::kSteps) {
    const std::string stepwise = stepwise_obstacle(program, op);
    if (!stepwise.empty()) {
      exact(text(op.title(), " ", stepwise));
    }
    const std::string chunk = chunk_obstacle(op);
    if (!chunk.empty()) {
      whole(text(op.title(), " ", chunk));
    }
  } else if (op.recurrent && in == Timing::kFixed) {
    whole(text(op.title(), " reads a sequence that is none of the inputs"));
  }
  at_end_[number] = in == Timing::kEnd;
  if (in == Timing::kSteps && op.kind() == RNN4J_OP_SELECT_STEP) {
    out = Timing::kEnd;
    selects_last_ = true;
    at_end_[number] = true;
  }
  for (size_t k = 0; k < op.outputs.size(); k++) {
    if (op.outputs[k] == RNN4J_NONE) {
      continue;
    }
    const bool sequence = !op.recurrent || (k <= kOutYBackward && op.recurrent->settings.return_sequences != 0);
    timings_[static_cast<size_t>(op.outputs[k])] = sequence ? out : Timing::kEnd;
  }
}

}  // namespace rnn4j
