// Which kernel runs a recurrent layer's direction: the program's table, and what each kernel supports.
#pragma once

#include <string>

#include "kernels/cells/cell_problem.h"
#include "plan/layout.h"
#include "plan/program.h"
#include "plan/selection.h"

namespace rnn4j {

/// What a direction asks of a kernel.
///
/// @param aligned_input x begins at a multiple of 16 bytes
kernels::CellProblem cell_problem(const Program& program, const Recurrent& recurrent, int direction, int32_t rows,
                                  bool aligned_input);

/// Why a kernel does not run a problem; null where it does. The kernel's launcher asks the same.
const char* why_not(StepKernel kernel, const kernels::CellProblem& problem);

/// The kernel of the first row of the program's table that matches the call and supports the problem.
///
/// @param aligned_input x begins at a multiple of 16 bytes
StepKernel chosen_kernel(const Program& program, const LayoutRequest& request, const Op& op, int direction,
                         bool aligned_input);

/// For people: the rows that calls of this direction may take, in their order, and why the others are none of them.
/// A line for each row, begun with `indent`.
std::string explained_choice(const Program& program, const Op& op, int direction, const std::string& indent);

}  // namespace rnn4j
