// problems.txt, the list that Java's tests, the benchmarks and tools/gpu-check share; its head says how it is written.
#pragma once

#include <string>
#include <vector>

#include "kernels/support/recurrent_problem.h"

namespace testing {

/// Equal layers on top of each other, without lengths or options.
struct StackProblem {
  RecurrentProblem layer;  // the first: its input is the stack's
  int layers = 1;
  int directions = 1;
  int precision = RNN4J_FP32;
};

/// Throws std::invalid_argument that names the word. Units by layer (h64+32) and lengths (n5+10) are Java's alone.
StackProblem parse_problem(const std::string& text);

/// The problems of a section, in order; throws std::invalid_argument if there is none.
std::vector<StackProblem> problems_of(const std::string& section);

/// The same for sections of single layers of one direction, in fp32.
std::vector<RecurrentProblem> layers_of(const std::string& section);

}  // namespace testing
