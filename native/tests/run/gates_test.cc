// Calls whose gates are found for a chunk of steps at a time: within a limit that all of them do not fit into.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/reference/recurrent_reference.h"
#include "kernels/support/recurrent_problem.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace {

using namespace testing;
using rnn4j::kernels::NumberType;

/// A layer of two directions and one that reads from the end alone, over it.
struct Model {
  RecurrentProblem p;
  std::vector<RecurrentData> data;
  ProgramBuilder b;

  explicit Model(RecurrentProblem problem) : p(problem) {
    data.reserve(3);
    for (uint64_t seed = 1; seed <= 3; seed++) {
      RecurrentProblem of_cell = p;
      of_cell.seed = seed;
      of_cell.input = seed == 3 ? 2 * p.output : p.input;
      data.push_back(data_of(of_cell));
    }
    RecurrentProblem second = p;
    second.input = 2 * p.output;
    second.backwards = true;
    const int32_t x = b.input({RNN4J_ANY, p.input});
    const int32_t both = b.value({RNN4J_ANY, 2 * p.output});
    const int32_t y = b.value({RNN4J_ANY, p.output});
    b.recurrent("both", {x}, {both}, p, b.cell(p, data[0]), &b.cell(p, data[1]));
    b.recurrent("backwards", {both}, {y}, second, b.cell(second, data[2]));
    b.output(y);
    b.output(both);
  }
};

RecurrentProblem ragged(rnn4j_cell_kind kind, int rows, int steps) {
  RecurrentProblem p;
  p.kind = kind;
  p.rows = rows;
  p.steps = p.capacity = steps;
  p.input = 3;
  p.units = p.output = 7;
  p.has_lengths = p.has_mask = p.within_length = true;
  return p;
}

RunOptions options_of(const Model& model) {
  RunOptions options;
  options.lengths = model.data[0].lengths;
  options.mask = model.data[0].mask;
  options.takes_finals = true;
  return options;
}

/// The smallest call of the model that is to be had: one step of gates at a time.
int64_t smallest_bytes(const Model& model, rnn4j_program program) {
  program.workspace_limit = 1;
  Session session(model.b, program, model.p.rows);
  const RunResult refused = session.run(model.p.rows, model.p.steps, {model.data[0].x.data()});
  CHECK_EQUAL(refused.status, static_cast<int>(RNN4J_OUT_OF_DEVICE_MEMORY));
  const std::string head = "a call of " + std::to_string(model.p.rows) + " rows and " + std::to_string(model.p.steps) + " steps takes ";
  CHECK(refused.error.compare(0, head.size(), head) == 0);
  if (refused.error.size() < head.size()) return 0;
  CHECK(refused.error.find("'both' reads from the end") != std::string::npos);
  return std::atoll(refused.error.c_str() + head.size());
}

void check_limits(const RecurrentProblem& problem, int precision, bool batch_invariant) {
  const Model model(problem);
  const RecurrentProblem& p = model.p;
  rnn4j_program program = model.b.program();
  program.precision = precision;
  program.batch_invariant = batch_invariant ? 1 : 0;
  const RunOptions options = options_of(model);
  Session roomy(model.b, program, p.rows);
  const RunResult wanted = roomy.run(p.rows, p.steps, {model.data[0].x.data()}, options);
  CHECK_EQUAL(wanted.error, "");
  const int64_t all = roomy.memory(p.rows, p.steps).call_bytes;
  const int64_t least = smallest_bytes(model, program);
  CHECK(least < all);
  const NumberType type = precision == RNN4J_BF16   ? NumberType::kBfloat16
                          : precision == RNN4J_FP32 ? NumberType::kFloat
                                                    : NumberType::kHalf;
  // cuBLAS may add in another order for another number of rows; what is rounded, and the sums' own order, stay.
  const double bound = 2 * sequence_bound(NumberType::kFloat, p.steps);
  for (const int64_t limit : {least, (least + all) / 2, all - 1}) {
    about() = "precision " + std::to_string(precision) + ", cell " + std::to_string(p.kind) + ", limit " + std::to_string(limit);
    program.workspace_limit = limit;
    Session tight(model.b, program, p.rows);
    const RunResult found = tight.run(p.rows, p.steps, {model.data[0].x.data()}, options);
    CHECK_EQUAL(found.error, "");
    CHECK(tight.memory(p.rows, p.steps).call_bytes <= limit);
    if (batch_invariant) {
      CHECK(found.outputs == wanted.outputs);
      CHECK(found.final_h == wanted.final_h);
      CHECK(found.final_c == wanted.final_c);
      CHECK(tight.state_rows(0, p.rows) == roomy.state_rows(0, p.rows));
      CHECK_EQUAL(tight.memory(p.rows, p.steps).call_bytes, tight.memory().workspace_bytes);
    } else {
      const double rounds = precision == RNN4J_FP32 ? bound : 2 * sequence_bound(type, p.steps);
      CHECK_CLOSE(found.outputs[0], wanted.outputs[0], rounds);
      CHECK_CLOSE(found.outputs[1], wanted.outputs[1], rounds);
    }
  }
}

CASE("a layer that reads from the end fits into less than all of its gates, with the same bits by own products") {
  for (const int precision : {RNN4J_FP32, RNN4J_FP16, RNN4J_BF16}) {
    for (const rnn4j_cell_kind kind : {RNN4J_CELL_RNN, RNN4J_CELL_LSTM, RNN4J_CELL_GRU}) {
      check_limits(ragged(kind, 3, 20), precision, true);
    }
    RecurrentProblem p = ragged(RNN4J_CELL_GRU, 3, 19);
    p.reset_after = true;
    p.within_length = false;
    p.flipped = true;
    check_limits(p, precision, true);
    p.kind = RNN4J_CELL_LSTM;
    p.output = 5;  // a projection
    check_limits(p, precision, true);
  }
}

CASE("the same by cuBLAS") {
  for (int precision = RNN4J_FP32; precision <= RNN4J_BF16; precision++) {
    check_limits(ragged(RNN4J_CELL_LSTM, 3, 20), precision, false);
  }
}

CASE("a long call of two directions against the reference, gates in chunks without being asked") {
  RecurrentProblem f;
  f.rows = 2;
  f.steps = f.capacity = 600;
  f.input = 3;
  f.units = f.output = 4;
  f.has_lengths = f.within_length = true;
  RecurrentProblem r = f;
  r.backwards = true;
  r.seed = 2;
  RecurrentData df = data_of(f), dr = data_of(r);
  df.lengths = dr.lengths = {600, 333};
  const std::vector<float> x = Random(4).uniforms(product(2, 600, 3), 1.0f);
  df.x = dr.x = x;
  for (RecurrentData* d : {&df, &dr}) {
    std::fill(d->h0.begin(), d->h0.end(), 0.0f);
    std::fill(d->c0.begin(), d->c0.end(), 0.0f);
  }
  ProgramBuilder b;
  const int32_t in = b.input({RNN4J_ANY, 3});
  const int32_t y = b.value({RNN4J_ANY, 4}), z = b.value({RNN4J_ANY, 4});
  b.recurrent("both", {in}, {y, z}, f, b.cell(f, df), &b.cell(r, dr)).merge = RNN4J_MERGE_NONE;
  b.output(y);
  b.output(z);
  Session session(b, b.program(), 2);
  RunOptions options;
  options.lengths = df.lengths;
  const RunResult found = session.run(2, 600, {x.data()}, options);
  CHECK_EQUAL(found.error, "");
  CHECK_CLOSE(found.outputs[0], reference::run(f, df).sequence, sequence_bound(NumberType::kFloat, 600));
  CHECK_CLOSE(found.outputs[1], reference::run(r, dr).sequence, sequence_bound(NumberType::kFloat, 600));
  // Gates of all steps alone would be 2 directions x 2 rows x 600 steps x 16 floats.
  const int64_t gates = 2 * 2 * 600 * 16 * 4;
  const int64_t in_and_out = 2 * 600 * (3 + 4 + 4) * 4;
  CHECK(session.memory(2, 600).call_bytes < in_and_out + gates * 3 / 4);
}

/// What a device gave away, as the driver counts.
int64_t taken(const Session& session) {
  rnn4j_device_info info{};
  info.size = sizeof info;
  CHECK_OK(rnn4j_device_describe(session.device, &info));
  return info.total_bytes - info.free_bytes;
}

CASE("call_bytes is what a call takes of the device, within 2 %") {
  // A driver hands out pages of its own; the double counts bytes.
  const bool counts_bytes = std::strstr(rnn4j_build_info(), "emulated") != nullptr;
  for (const int64_t limit : {int64_t{0}, int64_t{60000}}) {
    const Model model(ragged(RNN4J_CELL_LSTM, 3, 100));
    rnn4j_program program = model.b.program();
    program.batch_invariant = 1;
    program.workspace_limit = limit;
    Session session(model.b, program, 3);
    const int64_t told = session.memory(3, 100).call_bytes;
    CHECK(limit == 0 ? told > 60000 : told <= limit);
    const int64_t before = taken(session);
    CHECK_EQUAL(session.run(3, 100, {model.data[0].x.data()}, options_of(model)).error, "");
    const auto grown = static_cast<double>(taken(session) - before);
    about() = "told " + std::to_string(told) + ", taken " + std::to_string(grown);
    CHECK(!counts_bytes || std::abs(grown - static_cast<double>(told)) <= 0.02 * static_cast<double>(told));
  }
}

}  // namespace
