// One direction of a recurrent layer in double, row by row: the shortest text of docs/semantics.md.
#pragma once

#include "kernels/support/recurrent_problem.h"

namespace reference {

testing::RecurrentResult run(const testing::RecurrentProblem& problem, const testing::RecurrentData& data);

}  // namespace reference
