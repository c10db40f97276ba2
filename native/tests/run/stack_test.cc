// Stacks, both directions and rounded products of the list of problems, through the whole library.
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"
#include "run/support/session.h"
#include "run/support/stack_model.h"

namespace {

using namespace testing;
using rnn4j::kernels::NumberType;

/// A layer's bound for each layer: what the one below is off by passes on with a factor below 1.
double bound(const StackProblem& problem) {
  const int steps = problem.layer.steps;
  const double one = problem.precision == RNN4J_FP32   ? sequence_bound(NumberType::kFloat, steps)
                     : problem.precision == RNN4J_BF16 ? sequence_bound(NumberType::kBfloat16, steps)
                     // TF32 has half's mantissa, but cuts where half rounds: a whole unit for half a one.
                     : problem.precision == RNN4J_TF32 ? 2 * sequence_bound(NumberType::kHalf, steps)
                                                       : sequence_bound(NumberType::kHalf, steps);
  return problem.layers * one;
}

void check_stack(StackProblem problem, bool has_lengths) {
  problem.layer.has_lengths = has_lengths;
  StackModel model(problem);
  rnn4j_program program = model.b.program();
  program.precision = problem.precision;
  const RecurrentProblem& p = problem.layer;
  Session session(model.b, program, p.rows);
  RunOptions options;
  options.lengths = model.cells.front().lengths;
  for (const RecurrentData& d : model.cells) {
    options.initial_h.push_back(d.h0);
    options.initial_c.push_back(p.cell_state() > 0 ? d.c0 : std::vector<float>());
  }
  const RunResult found = session.run(p.rows, p.steps, {model.cells.front().x.data()}, options);
  about() = p.name + (has_lengths ? " ragged" : "");
  CHECK_EQUAL(found.error, "");
  CHECK_CLOSE(found.outputs[0], model.wanted(problem), bound(problem));
}

CASE("stack: layers and directions") {
  for (const StackProblem& problem : problems_of("stacks")) {
    check_stack(problem, false);
    check_stack(problem, true);
  }
}
CASE("stack: rounded products") {
  for (const StackProblem& problem : problems_of("rounded")) {
    check_stack(problem, false);
    check_stack(problem, true);
  }
}
CASE("stack: problems that are none are refused") {
  for (const char* text : {"lstn h4", "lstm", "lstm h0", "lstm h4 d3", "lstm h4 x2", "lstm h4+3", "lstm h4 f64", ""}) {
    about() = text;
    bool refused = false;
    try {
      parse_problem(text);
    } catch (const std::invalid_argument&) {
      refused = true;
    }
    CHECK(refused);
  }
}

}  // namespace
