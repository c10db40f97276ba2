// One recurrent layer through the whole library, against the double reference.
#include <cmath>

#include "kernels/reference/recurrent_reference.h"
#include "kernels/support/problem_list.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace {

using namespace testing;

/// Runs the problem as a program and compares sequence and final states.
void check_problem(const RecurrentProblem& p, int32_t precision, bool batch_invariant) {
  about() = p.name;
  const RecurrentData d = data_of(p);
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, p.input});
  const int32_t y = b.value({RNN4J_ANY, p.output});
  b.recurrent("layer", {x}, {y}, p, b.cell(p, d));
  b.output(y);
  rnn4j_program program = b.program();
  program.precision = precision;
  program.batch_invariant = batch_invariant ? 1 : 0;
  Session session(b, program, p.rows);
  if (session.state == nullptr) return;
  RunOptions options;
  options.lengths = d.lengths;
  options.mask = d.mask;
  options.seen = d.seen;
  options.initial_h = {d.h0};
  options.initial_c = {p.cell_state() > 0 ? d.c0 : std::vector<float>()};
  options.takes_finals = true;
  const RecurrentResult wanted = reference::run(p, d);
  const auto type = precision == RNN4J_FP16   ? rnn4j::kernels::NumberType::kHalf
                    : precision == RNN4J_BF16 ? rnn4j::kernels::NumberType::kBfloat16
                                              : rnn4j::kernels::NumberType::kFloat;
  // TF32 has half's mantissa, but cuts where half rounds: a whole unit for half a one.
  const double bound = precision == RNN4J_TF32 ? 2 * sequence_bound(rnn4j::kernels::NumberType::kHalf, p.steps)
                                               : sequence_bound(type, p.steps);
  RunResult first;
  for (int run = 0; run < 2; run++) {
    const RunResult found = session.run(p.rows, p.steps, {d.x.data()}, options);
    CHECK_EQUAL(found.error, "");
    CHECK_CLOSE(found.outputs[0], wanted.sequence, bound);
    CHECK_CLOSE(found.final_h[0], wanted.h, bound);
    CHECK_CLOSE(found.final_c[0], wanted.c, bound);
    if (run == 1) CHECK(found.outputs == first.outputs);
    first = found;
  }
  CHECK_EQUAL(session.memory().captures, 1);
  std::vector<float> stored = session.state_rows(0, p.rows);
  std::vector<float> flat;
  for (int row = 0; row < p.rows; row++) {
    const auto add = [&](const std::vector<float>& from, int width) {
      flat.insert(flat.end(), from.begin() + row * width, from.begin() + (row + 1) * width);
    };
    add(first.final_h[0], p.output);
    add(first.final_c[0], p.cell_state());
  }
  CHECK(stored == flat);
}

std::vector<RecurrentProblem> problems() {
  std::vector<RecurrentProblem> all = layers_of("layers");
  for (RecurrentProblem& p : all) {
    // One step of an LSTM is the streaming kernel's, which has a forget bias.
    if (p.kind == RNN4J_CELL_LSTM && p.steps == 1 && p.rows > 1) p.forget_bias = 1.0f;
  }
  const size_t plain = all.size();
  for (size_t k = 0; k < plain; k++) {
    RecurrentProblem p = all[k];
    p.name += " lengths";
    p.has_lengths = true;
    p.empty_row_zero = k % 2 == 1;
    all.push_back(p);
    p.name += " backwards";
    p.backwards = true;
    p.within_length = k % 2 == 0;
    p.flipped = k % 3 == 0;
    all.push_back(p);
    p.name += " mask";
    p.has_mask = true;
    p.repeat_previous = true;
    all.push_back(p);
  }
  all.push_back(all.front());
  all.back().name += " p5 peephole";
  all.back().output = 5;
  all.back().has_peephole = true;
  all.back().projection_clip = 0.4f;
  all.back().forget_bias = 1.0f;
  return all;
}

CASE("one layer, fp32 by cuBLAS") {
  for (const RecurrentProblem& p : problems()) check_problem(p, RNN4J_FP32, false);
}
CASE("one layer, fp32 by own products") {
  for (const RecurrentProblem& p : problems()) check_problem(p, RNN4J_FP32, true);
}
CASE("one layer, tf32") {
  for (const RecurrentProblem& p : problems()) check_problem(p, RNN4J_TF32, false);
}
CASE("one layer, fp16") {
  for (const RecurrentProblem& p : problems()) check_problem(p, RNN4J_FP16, false);
}
CASE("one layer, bf16") {
  for (const RecurrentProblem& p : problems()) check_problem(p, RNN4J_BF16, true);
}

}  // namespace
