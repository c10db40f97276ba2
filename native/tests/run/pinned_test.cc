// Calls whose inputs and outputs lie in memory of rnn4j_host_alloc: large ones are copied from and to there, with the
// bits of calls from other memory.
#include <algorithm>
#include <cmath>

#include "run/support/large_model.h"
#include "run/support/pinned.h"

namespace {

using namespace testing;

enum Where { kNone = 0, kInputs = 1, kOutputs = 2, kBoth = 3 };

/// A run from and to the memory that `where` says; `gap` floats into the allocation.
std::vector<float> run(const Session& session, const LargeModel& model, const std::vector<float>& x, int rows, int steps,
                       int flags, int where, size_t gap) {
  const std::vector<int32_t> extents = session.extents(steps);
  std::vector<float> y(session.elements(model.y, rows, steps), std::nanf(""));
  Pinned pinned_x(session.device, gap + x.size()), pinned_y(session.device, gap + y.size());
  std::copy(x.begin(), x.end(), pinned_x.data + gap);
  std::fill_n(pinned_y.data, gap + y.size(), 9.0f);
  const void* in[] = {(where & kInputs) != 0 ? pinned_x.data + gap : x.data()};
  void* out[] = {(where & kOutputs) != 0 ? pinned_y.data + gap : y.data()};
  std::vector<int32_t> lengths(static_cast<size_t>(rows), steps);
  lengths.back() = steps / 3;
  rnn4j_run_args args{};
  args.size = sizeof args;
  args.flags = flags;
  args.rows = rows;
  args.extents = extents.data();
  args.inputs = in;
  args.outputs = out;
  args.lengths = lengths.data();
  CHECK_OK(rnn4j_state_copy(session.state, 0, nullptr, 0, rows));
  CHECK_OK(rnn4j_run(session.executable, session.state, &args));
  for (size_t k = 0; k < gap; k++) CHECK(pinned_y.data[k] == 9.0f);
  return (where & kOutputs) != 0 ? std::vector<float>(pinned_y.data + gap, pinned_y.data + gap + y.size()) : y;
}

void check_sizes(int rows, int steps, int flags, bool streamable) {
  const LargeModel model(rows, steps);
  rnn4j_program program = model.b.program();
  program.streamable = streamable ? 1 : 0;
  Session session(model.b, program, rows);
  for (uint64_t seed = 1; seed <= 2; seed++) {
    about() = std::to_string(rows) + " rows, " + std::to_string(steps) + " steps, flags " + std::to_string(flags) + ", seed " +
              std::to_string(seed);
    const std::vector<float> x = Random(seed).uniforms(product(rows, steps, LargeModel::kWidth), 1.0f);
    const std::vector<float> wanted = run(session, model, x, rows, steps, flags, kNone, 0);
    CHECK(std::none_of(wanted.begin(), wanted.end(), [](float v) { return std::isnan(v); }));
    for (const int where : {kInputs, kOutputs, kBoth}) {
      CHECK(run(session, model, x, rows, steps, flags, where, 0) == wanted);
      CHECK(run(session, model, x, rows, steps, flags, where, 3) == wanted);
    }
  }
}

CASE("pinned: a call that fills its bucket") { check_sizes(3, 96, 0, false); }
CASE("pinned: a bucket with room behind every row") { check_sizes(3, 101, 0, false); }
CASE("pinned: a call in chunks, the last one short") { check_sizes(3, 600, 0, true); }
CASE("pinned: one row, in chunks of it") { check_sizes(1, 1200, 0, true); }
CASE("pinned: a call below what pays") { check_sizes(2, 5, 0, false); }
CASE("pinned: time-major, which the host lays out") {
  check_sizes(3, 100, RNN4J_TIME_MAJOR, false);
  check_sizes(1, 300, RNN4J_TIME_MAJOR, false);
}

CASE("pinned: an output that is an input, and the same array twice") {
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, 128});
  const int32_t y = b.value({RNN4J_ANY, 128});
  b.op(RNN4J_OP_ACTIVATE, "relu", {x}, {y}).activation = {RNN4J_RELU, 0.0f, INFINITY, 0.0f};
  b.output(x);
  b.output(y);
  b.output(y);
  Session session(b, b.program(), 0);
  constexpr int kRows = 2, kSteps = 70;
  const std::vector<float> numbers = Random(1).uniforms(product(kRows, kSteps, 128), 1.0f);
  Pinned in(session.device, numbers.size()), same(session.device, numbers.size()), twice(session.device, numbers.size());
  std::copy(numbers.begin(), numbers.end(), in.data);
  std::vector<float> relu(numbers), again(numbers.size());
  for (float& v : relu) v = std::fmax(v, 0.0f);
  const std::vector<int32_t> extents = session.extents(kSteps);
  const void* inputs[] = {in.data};
  void* outputs[] = {same.data, twice.data, again.data()};
  rnn4j_run_args args{};
  args.size = sizeof args;
  args.rows = kRows;
  args.extents = extents.data();
  args.inputs = inputs;
  args.outputs = outputs;
  CHECK_OK(rnn4j_run(session.executable, nullptr, &args));
  CHECK(std::equal(numbers.begin(), numbers.end(), same.data));
  CHECK(std::equal(relu.begin(), relu.end(), twice.data));
  CHECK(again == relu);
}

}  // namespace
