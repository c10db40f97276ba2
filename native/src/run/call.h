// The arguments of a run, checked.
#pragma once

#include <cstdint>
#include <vector>

#include "plan/layout.h"
#include "plan/program.h"
#include "plan/steps.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j {

/// Borrowed pointers of the caller's, valid during the call.
struct Call {
  rnn4j_run_args args{};
  std::vector<Shape> shapes;
  /// T of all inputs with steps; 0 where there are none.
  int32_t steps = 0;
  /// All values that follow the inputs' steps have the same T.
  bool uniform = true;

  bool external() const { return (args.flags & RNN4J_DEVICE_POINTERS) != 0; }
  bool time_major() const { return (args.flags & RNN4J_TIME_MAJOR) != 0; }
  bool own_steps() const { return (args.flags & RNN4J_OWN_STEPS) != 0; }
  bool cancelled() const { return args.cancel != nullptr && *args.cancel != 0; }
  /// By slot, of SlotBit.
  std::vector<uint8_t> slot_bits(const Program& program) const;
};

/// A call of these sizes alone, without data: for questions and preparations. Throws RNN4J_INVALID_ARGUMENT.
Call sized_call(const Program& program, const StepRules& rules, int32_t rows, const int32_t* extents, int32_t flags);

/// Which rows of which state it means is checked where these are known.
Call checked_call(const Program& program, const StepRules& rules, const rnn4j_run_args& args);

}  // namespace rnn4j
