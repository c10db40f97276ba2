// Every cell over whole sequences, step by step, against the double reference.
#include <limits>

#include "kernels/reference/recurrent_reference.h"
#include "kernels/support/activations.h"
#include "kernels/support/problem_list.h"
#include "kernels/support/recurrent_runner.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"

namespace {

using rnn4j::kernels::NumberType;
using testing::RecurrentProblem;
using testing::StepWay;

void compare(const RecurrentProblem& problem, NumberType type = NumberType::kFloat, StepWay way = StepWay::kSteps) {
  const testing::RecurrentData data = testing::data_of(problem);
  const testing::RecurrentResult wanted = reference::run(problem, data);
  const testing::RecurrentResult found = testing::run_kernels(problem, data, type, way);
  const double bound = testing::sequence_bound(type, problem.steps);
  testing::about() = problem.name;
  CHECK_CLOSE(found.sequence, wanted.sequence, bound);
  CHECK_CLOSE(found.h, wanted.h, bound);
  CHECK_CLOSE(found.c, wanted.c, bound);
  CHECK_CLOSE(found.last, wanted.last, bound);
}

// Cells without options, GRU in both forms.
std::vector<RecurrentProblem> plain_cells() {
  RecurrentProblem lstm, gru, gru_after, rnn;
  lstm.name = "lstm";
  gru.name = "gru";
  gru.kind = RNN4J_CELL_GRU;
  gru_after = gru;
  gru_after.name = "gru-ra";
  gru_after.reset_after = true;
  rnn.name = "rnn";
  rnn.kind = RNN4J_CELL_RNN;
  return {lstm, gru, gru_after, rnn};
}

void size(RecurrentProblem& p, int rows, int steps, int input, int units) {
  p.rows = rows;
  p.steps = steps;
  p.capacity = steps + 2;
  p.input = input;
  p.units = p.output = units;
  p.name += " b" + std::to_string(rows) + " t" + std::to_string(steps) + " i" + std::to_string(input) + " h" +
            std::to_string(units);
}

// Every way of reading and delivering a sequence.
std::vector<RecurrentProblem> sequences_of(const RecurrentProblem& cell) {
  std::vector<RecurrentProblem> all;
  for (int bits = 0; bits < 256; bits++) {
    RecurrentProblem p = cell;
    p.has_lengths = bits & 1;
    p.has_mask = bits & 2;
    p.backwards = bits & 4;
    p.within_length = bits & 8;
    p.flipped = bits & 16;
    p.repeat_previous = bits & 32;
    p.residual = bits & 64;
    p.empty_row_zero = bits & 128;
    // Repeating across calls goes without residual.
    p.repeats_across_calls = p.repeat_previous && !p.residual && p.empty_row_zero;
    p.input = p.residual ? p.output : p.input;
    p.seed = static_cast<uint64_t>(bits) + 1;
    p.name += " options " + std::to_string(bits);
    all.push_back(p);
  }
  return all;
}

CASE("recurrent: plain cells of sizes that bite") {
  for (RecurrentProblem p : testing::layers_of("kernels")) {
    p.capacity = p.steps + 2;
    compare(p);
    p.has_lengths = p.has_mask = true;
    p.name += " ragged";
    compare(p);
  }
}

CASE("recurrent: every way of reading and delivering a sequence") {
  for (const RecurrentProblem& cell : plain_cells()) {
    for (const RecurrentProblem& p : sequences_of(cell)) compare(p);
  }
}

CASE("recurrent: every way of delivering a projected sequence") {
  RecurrentProblem cell;
  cell.name = "lstm projected";
  cell.output = 5;
  cell.projection_clip = 0.3f;
  for (const RecurrentProblem& p : sequences_of(cell)) compare(p);
}

CASE("recurrent: no step is real") {
  for (RecurrentProblem p : plain_cells()) {
    p.steps = 0;
    p.name += " t0";
    compare(p);
  }
}

CASE("recurrent: every activation in every place") {
  for (const rnn4j_activation& f : testing::all_activations()) {
    for (RecurrentProblem p : plain_cells()) {
      p.name += " activation " + std::to_string(f.kind);
      p.steps = 2;
      p.preactivation_clip = 0.7f;  // keeps unbounded gates from growing
      p.gate = p.candidate = p.activation = f;
      compare(p);
    }
  }
}

CASE("recurrent: every option of the LSTM, and pairs of them") {
  for (int bits = 0; bits < 512; bits++) {
    RecurrentProblem p;
    p.name = "lstm options " + std::to_string(bits);
    p.has_bias = (bits & 1) == 0;
    p.forget_bias = bits & 2 ? 1.0f : 0.0f;
    p.has_peephole = bits & 4;
    p.cell_clip = bits & 8 ? 0.25f : p.cell_clip;
    p.preactivation_clip = bits & 16 ? 0.2f : p.preactivation_clip;
    p.clip_output_activation = bits & 32;
    p.output_of_candidate = bits & 64;
    p.output = bits & 128 ? 9 : p.units;
    p.coupling = bits & 256 ? 1 + bits % 2 : 0;
    p.seed = static_cast<uint64_t>(bits) + 1;
    p.has_lengths = true;
    compare(p);
  }
}

CASE("recurrent: a clip of 0 is a clip, and a GRU clips every sum") {
  for (RecurrentProblem p : plain_cells()) {
    p.preactivation_clip = 0.1f;
    compare(p);
    p.cell_clip = 0.0f;
    p.projection_clip = 0.0f;
    compare(p);
    p.has_bias = false;
    compare(p);
  }
}

CASE("recurrent: weights and products in half and bfloat16") {
  for (NumberType type : {NumberType::kHalf, NumberType::kBfloat16}) {
    for (RecurrentProblem p : plain_cells()) {
      p.has_lengths = true;
      compare(p, type);
    }
    RecurrentProblem projected;
    projected.name = "lstm projected";
    projected.output = 5;
    compare(projected, type);
  }
}

CASE("recurrent: linear cells with whole numbers are exact") {
  for (RecurrentProblem p : plain_cells()) {
    p.gate = {RNN4J_AFFINE, 0.0f, 1.0f, 0.0f};
    p.candidate = p.activation = {RNN4J_LINEAR, 0, 0, 0};
    p.steps = 3;
    testing::RecurrentData data = testing::data_of(p);
    for (auto* numbers : {&data.x, &data.input_kernel, &data.recurrent_kernel, &data.bias, &data.recurrent_bias, &data.h0,
                          &data.c0}) {
      for (float& number : *numbers) number = std::round(4 * number);
    }
    const testing::RecurrentResult wanted = reference::run(p, data);
    const testing::RecurrentResult found = testing::run_kernels(p, data);
    testing::about() = p.name;
    CHECK(found.sequence == wanted.sequence);
    CHECK(found.h == wanted.h);
    CHECK(found.c == wanted.c);
  }
}

// Largest |found - wanted| / bound over the plain cells.
double reached(NumberType type) {
  double most = 0;
  for (RecurrentProblem p : plain_cells()) {
    for (uint64_t seed = 1; seed <= 4; seed++) {
      size(p, 4, 6, 20, 32);
      p.seed = seed;
      const testing::RecurrentData data = testing::data_of(p);
      const testing::RecurrentResult wanted = reference::run(p, data);
      const testing::RecurrentResult found = testing::run_kernels(p, data, type);
      for (size_t i = 0; i < wanted.h.size(); i++) most = std::fmax(most, std::abs(found.h[i] - wanted.h[i]));
    }
  }
  return most / testing::sequence_bound(type, 6);
}

CASE("recurrent: the bounds are at most ten times what is reached") {
  for (NumberType type : {NumberType::kFloat, NumberType::kHalf, NumberType::kBfloat16}) {
    const double part = reached(type);
    testing::about() = "reached " + std::to_string(part);
    CHECK(part > 0.1);
    CHECK(part <= 1.0);
  }
}

CASE("streaming step: plain cells of one to four rows") {
  for (int rows = 1; rows <= 4; rows++) {
    const int sizes[][2] = {{1, 1}, {3, 5}, {4, 8}, {33, 31}, {7, 100}, {128, 64}};
    for (const auto& one : sizes) {
      for (RecurrentProblem p : plain_cells()) {
        if (p.kind == RNN4J_CELL_GRU && !p.reset_after) continue;
        size(p, rows, 3, one[0], one[1]);
        p.forget_bias = p.kind == RNN4J_CELL_LSTM ? 1.0f : 0.0f;
        p.has_lengths = rows > 1;
        p.has_mask = rows > 2;
        compare(p, NumberType::kFloat, StepWay::kStreaming);
      }
    }
  }
}

CASE("streaming step: delivers as the other kernels do, also in half and bfloat16") {
  for (const RecurrentProblem& cell : plain_cells()) {
    if (cell.kind == RNN4J_CELL_GRU && !cell.reset_after) continue;
    for (const RecurrentProblem& p : sequences_of(cell)) compare(p, NumberType::kFloat, StepWay::kStreaming);
    compare(cell, NumberType::kHalf, StepWay::kStreaming);
    compare(cell, NumberType::kBfloat16, StepWay::kStreaming);
  }
}

}  // namespace
