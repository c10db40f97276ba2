#include "run/call.h"

#include "api/error.h"
#include "plan/validate.h"

namespace rnn4j {
namespace {

constexpr int32_t kKnownFlags = RNN4J_TIME_MAJOR | RNN4J_OWN_STEPS | RNN4J_DEVICE_POINTERS;

void find_steps(const Program& program, const StepRules& rules, Call& call) {
  bool first = true;
  for (const int32_t v : program.inputs) {
    if (program.values[static_cast<size_t>(v)].has_steps && first) {
      call.steps = call.shapes[static_cast<size_t>(v)].steps();
      first = false;
    }
  }
  for (size_t v = 0; v < program.values.size(); v++) {
    const bool follows = rules.timing(static_cast<int32_t>(v)) == Timing::kSteps;
    call.uniform &= !follows || call.shapes[v].steps() == call.steps;
  }
}

bool has_steps(const Program& program) {
  for (const int32_t v : program.inputs) {
    if (program.values[static_cast<size_t>(v)].has_steps) {
      return true;
    }
  }
  return false;
}

void check_lengths(const Program& program, const Call& call) {
  const rnn4j_run_args& args = call.args;
  if (args.lengths == nullptr && args.mask == nullptr) {
    return;
  }
  require(has_steps(program), "lengths or a mask were given to a program without an input that has steps");
  for (const int32_t v : program.inputs) {
    const Shape& shape = call.shapes[static_cast<size_t>(v)];
    require(!program.values[static_cast<size_t>(v)].has_steps || shape.steps() == call.steps,
            "lengths or a mask for T = ", call.steps, " steps; input value ", v, " is ", shape.text());
  }
  for (int32_t b = 0; args.lengths != nullptr && b < args.rows; b++) {
    require(args.lengths[b] >= 0 && args.lengths[b] <= call.steps, "lengths[", b, "] is ", args.lengths[b],
            "; it must be 0 to ", call.steps);
  }
}

void check_pointers(const Program& program, const Call& call) {
  const rnn4j_run_args& args = call.args;
  require(program.inputs.empty() || args.inputs != nullptr, "inputs is NULL");
  require(program.outputs.empty() || args.outputs != nullptr, "outputs is NULL");
  for (size_t k = 0; k < program.inputs.size(); k++) {
    const bool empty = call.shapes[static_cast<size_t>(program.inputs[k])].elements() == 0;
    require(empty || args.inputs[k] != nullptr, "inputs[", k, "] is NULL");
  }
}

}  // namespace

std::vector<uint8_t> Call::slot_bits(const Program& program) const {
  std::vector<uint8_t> bits(program.slot_h.size(), 0);
  for (size_t s = 0; s < bits.size(); s++) {
    const auto set = [&](const auto* pointers, int32_t width, uint8_t bit) {
      bits[s] = static_cast<uint8_t>(bits[s] | (pointers != nullptr && pointers[s] != nullptr && width > 0 ? bit : 0));
    };
    set(args.initial_h, program.slot_h[s], kGivenH);
    set(args.initial_c, program.slot_c[s], kGivenC);
    set(args.final_h, program.slot_h[s], kFinalH);
    set(args.final_c, program.slot_c[s], kFinalC);
  }
  return bits;
}

Call sized_call(const Program& program, const StepRules& rules, int32_t rows, const int32_t* extents, int32_t flags) {
  Call call;
  call.args.rows = rows;
  call.args.flags = flags;
  require(rows >= 1, "rows is ", rows, "; it must be at least 1");
  require((flags & ~kKnownFlags) == 0, "flags is ", flags, ", with bits that have no meaning");
  call.shapes = checked_shapes(program, extents);
  find_steps(program, rules, call);
  return call;
}

Call checked_call(const Program& program, const StepRules& rules, const rnn4j_run_args& args) {
  Call call = sized_call(program, rules, args.rows, args.extents, args.flags);
  call.args = args;
  check_pointers(program, call);
  check_lengths(program, call);
  return call;
}

}  // namespace rnn4j
