// The library's own copy of what the caller described. Weights stay the caller's until they are packed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/selection.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j {

/// A value's shape without its batch axis.
struct Shape {
  int32_t rank = 0;
  std::array<int32_t, RNN4J_MAX_RANK> extents{};

  int32_t operator[](int axis) const { return extents[static_cast<size_t>(axis)]; }
  int32_t& operator[](int axis) { return extents[static_cast<size_t>(axis)]; }
  bool operator==(const Shape& other) const;
  bool operator!=(const Shape& other) const { return !(*this == other); }

  /// Product of the extents from `axis` on.
  int64_t elements(int axis = 0) const;
  int32_t last() const { return rank == 0 ? 1 : extents[static_cast<size_t>(rank - 1)]; }
  /// The first extent of a sequence; 1 where there is none.
  int32_t steps() const { return rank == 0 ? 1 : extents[0]; }
  std::string text() const;
};

struct Value {
  int32_t type = RNN4J_F32;
  /// With RNN4J_ANY where a run gives the extent.
  Shape shape;
  bool has_steps = false;
};

struct Recurrent {
  rnn4j_recurrent settings{};
  /// Pointers to weights are null once these are packed.
  std::array<rnn4j_cell, 2> cells{};
  std::array<bool, 2> has_projection{};
  std::array<bool, 2> has_peephole{};

  /// Any direction reads from the end.
  bool reads_backwards() const;
  /// The directions' outputs become one elementwise.
  bool reduces() const;
  /// The output is one value of both directions, of this many columns in front of those of `direction`.
  int32_t column(int direction) const;
  /// Columns of the merged output.
  int32_t width() const;
};

/// Positions of a recurrent op's inputs and outputs, as in the header.
enum RecurrentInput { kInX = 0, kInXBackward, kInH, kInC, kInHBackward, kInCBackward };
enum RecurrentOutput { kOutY = 0, kOutYBackward, kOutH, kOutC, kOutHBackward, kOutCBackward };

struct Op {
  rnn4j_op settings{};
  std::string name;
  /// Value numbers or RNN4J_NONE.
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  std::optional<Recurrent> recurrent;

  int32_t kind() const { return settings.kind; }
  /// The value that a direction of a recurrent op reads.
  int32_t x_of(int direction) const {
    return direction == 1 && input(kInXBackward) != RNN4J_NONE ? input(kInXBackward) : inputs[0];
  }
  /// The value at a position, RNN4J_NONE where the list is shorter.
  int32_t input(size_t position) const { return position < inputs.size() ? inputs[position] : RNN4J_NONE; }
  int32_t output(size_t position) const { return position < outputs.size() ? outputs[position] : RNN4J_NONE; }
  /// "lstm 'encoder'": how messages name it.
  std::string title() const;
};

/// Immutable once built.
struct Program {
  std::string name;
  std::vector<Value> values;
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  std::vector<int32_t> slot_h;
  std::vector<int32_t> slot_c;
  std::vector<Op> ops;
  int32_t precision = RNN4J_FP32;
  bool batch_invariant = false;
  bool streamable = false;
  int64_t workspace_limit = 0;
  int32_t graph_limit = 0;
  /// Of the device it runs on, 90 for 9.0.
  int32_t compute_capability = 0;
  Selection selection;

  /// Copies and checks. Throws RNN4J_INVALID_ARGUMENT for what is malformed, RNN4J_UNSUPPORTED for what no kernel
  /// does, each with everything there is to say.
  Program(const rnn4j_program& from, Selection table, int32_t capability);

  /// Floats of one row of the state over all slots.
  int64_t state_width() const;
  /// Lets go of the caller's weights.
  void forget_weights();
};

/// "dense", "lstm": the kind of an op, for messages.
const char* kind_name(const Op& op);

}  // namespace rnn4j
