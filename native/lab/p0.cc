// The library's own time for problems such as "lstm l2 d1 b4 t25 i512 h512": right first, then the time.
//   p0 SECONDS PRECISION PROBLEM..     fp32, tf32, fp16, bf16
#include <cstdlib>
#include <string>

#include "kernels/reference/recurrent_reference.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"
#include "lab.h"
#include "layer_model.h"

namespace {

using namespace testing;
using lab::Model;
using lab::Problem;
using rnn4j::kernels::NumberType;

/// One layer of a few steps against the double reference.
void check(Problem problem, int precision) {
  problem.layers = problem.directions = 1;
  RecurrentProblem& p = problem.layer;
  p.steps = p.capacity = std::min(p.steps, 3);
  Model model(problem);
  rnn4j_program program = model.b.program();
  program.precision = precision;
  Session session(model.b, program, p.rows);
  RunOptions options;
  const RecurrentData& d = model.cells[0];
  options.seen = d.seen;
  options.initial_h = {d.h0};
  options.initial_c = {p.cell_state() > 0 ? d.c0 : std::vector<float>()};
  const RunResult found = session.run(p.rows, p.steps, {d.x.data()}, options);
  const NumberType type = precision == RNN4J_BF16   ? NumberType::kBfloat16
                          : precision == RNN4J_FP32 ? NumberType::kFloat
                                                    : NumberType::kHalf;
  // As in the library's tests for layers of up to 133 terms; the error of a sum grows as the root of their number.
  const double terms = std::fmax(1.0, std::sqrt((p.input + p.units) / 133.0));
  about() = p.name;
  CHECK_EQUAL(found.error, "");
  CHECK_CLOSE(found.outputs[0], reference::run(p, d).sequence, 2 * terms * sequence_bound(type, p.steps));
  lab::require(tally().failures == 0, p.name.c_str());
}

void measure(const Problem& problem, int precision, double seconds) {
  const RecurrentProblem& p = problem.layer;
  Model model(problem);
  rnn4j_program program = model.b.program();
  program.precision = precision;
  Session session(model.b, program, p.rows);
  const std::vector<int32_t> extents = session.extents(p.steps);
  const std::vector<float>& x = model.cells[0].x;
  std::vector<float> y(session.elements(model.b.outputs()[0], p.rows, p.steps));
  const void* inputs[] = {x.data()};
  void* outputs[] = {y.data()};
  rnn4j_run_args args{};
  args.size = sizeof args;
  args.rows = p.rows;
  args.extents = extents.data();
  args.inputs = inputs;
  args.outputs = outputs;
  CHECK_OK(rnn4j_prepare(session.executable, p.rows, extents.data(), 0));
  const double host = lab::host_seconds(seconds, [&] { CHECK_OK(rnn4j_run(session.executable, session.state, &args)); });
  lab::tell(("host," + p.name).c_str(), p.steps, host * 1e6, "us");

  const int repeats = std::max(3, static_cast<int>(std::min(200.0, seconds / host)));
  const double device = lab::device_call_seconds(session, args, x, y.size(), repeats);
  lab::tell(("device," + p.name).c_str(), p.steps, device * 1e6, "us");
  lab::require(tally().failures == 0, p.name.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  lab::require(argc >= 4, "the arguments: SECONDS PRECISION PROBLEM..");
  const double seconds = std::atof(argv[1]);
  const int precision = lab::precision_of(argv[2]);
  for (int k = 3; k < argc; k++) {
    const Problem problem = lab::parse_problem(argv[k]);
    check(problem, precision);
    measure(problem, precision, seconds);
  }
}
