// Whether a program makes sense and whether kernels exist for it.
#pragma once

#include "plan/program.h"

namespace rnn4j {

/// Throws RNN4J_INVALID_ARGUMENT for what is malformed, else RNN4J_UNSUPPORTED for what no kernel does; each with
/// all there is to say, by op.
void validate(const Program& program);

/// The shapes of a run: all extents known, equal to the program's where it has them, and fitting each other at every
/// op. Throws RNN4J_INVALID_ARGUMENT.
///
/// @param extents [value_count, RNN4J_MAX_RANK]
std::vector<Shape> checked_shapes(const Program& program, const int32_t* extents);

}  // namespace rnn4j
