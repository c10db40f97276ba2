// Ops between recurrent layers as programs have them: numbers, shapes, and which steps count after them.
#include <algorithm>
#include <cmath>

#include "kernels/reference/recurrent_reference.h"
#include "kernels/support/recurrent_problem.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace {

using namespace testing;

constexpr double kBound = 48 * kUnit;
constexpr int kRows = 3, kSteps = 5, kWidth = 2;

/// What a listening LSTM says shows which steps count: sequences in, its outputs out.
struct Listener {
  RecurrentProblem p;
  RecurrentData d;

  explicit Listener(int steps, int width) {
    p.rows = kRows;
    p.steps = p.capacity = steps;
    p.input = width;
    p.units = p.output = 4;
    d = data_of(p);
    std::fill(d.h0.begin(), d.h0.end(), 0.0f);
    std::fill(d.c0.begin(), d.c0.end(), 0.0f);
  }

  void hear(ProgramBuilder& b, int32_t value) {
    const int32_t y = b.value({RNN4J_ANY, 4});
    b.recurrent("listener", {value}, {y}, p, b.cell(p, d));
    b.output(y);
  }

  std::vector<double> wanted(std::vector<float> x, std::vector<uint8_t> mask) {
    d.x = std::move(x);
    d.mask = std::move(mask);
    p.has_mask = true;
    return reference::run(p, d).sequence;
  }
};

std::vector<uint8_t> mask_of(const std::vector<int32_t>& lengths) {
  std::vector<uint8_t> mask;
  for (const int32_t length : lengths) {
    for (int t = 0; t < kSteps; t++) mask.push_back(t < length ? 1 : 0);
  }
  return mask;
}

std::vector<float> sequence(uint64_t seed) { return Random(seed).uniforms(kRows * kSteps * kWidth, 1.0f); }

CASE("masking and an embedding's id 0 make steps that do not count") {
  Listener masked(kSteps, kWidth), embedded(kSteps, kWidth);
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, kWidth});
  const int32_t ids = b.input({RNN4J_ANY}, RNN4J_I32);
  const int32_t m = b.value({RNN4J_ANY, kWidth}), e = b.value({RNN4J_ANY, kWidth});
  b.op(RNN4J_OP_MASKING, "masking", {x}, {m}).number = 0.25f;
  const std::vector<float> table = Random(2).uniforms(6 * kWidth, 1.0f);
  rnn4j_op& embedding = b.op(RNN4J_OP_EMBEDDING, "embedding", {ids}, {e});
  embedding.kernel = table.data();
  embedding.rows = 6;
  embedding.columns = kWidth;
  embedding.flag = 1;
  masked.hear(b, m);
  embedded.hear(b, e);
  Session session(b, b.program(), kRows);
  std::vector<float> numbers = sequence(1), looked_up;
  std::vector<int32_t> id_numbers;
  std::vector<uint8_t> not_number, not_zero;
  Random random(4);
  for (int k = 0; k < kRows * kSteps; k++) {
    id_numbers.push_back(random.below(6));
    const bool dull = random.below(3) == 0;
    if (dull) numbers[static_cast<size_t>(2 * k)] = numbers[static_cast<size_t>(2 * k + 1)] = 0.25f;
    not_number.push_back(dull ? 0 : 1);
    not_zero.push_back(id_numbers.back() != 0 ? 1 : 0);
    looked_up.insert(looked_up.end(), table.begin() + id_numbers.back() * kWidth, table.begin() + (id_numbers.back() + 1) * kWidth);
  }
  RunOptions options;
  options.lengths = {5, 4, 0};
  const std::vector<uint8_t> within = mask_of(options.lengths);
  for (size_t k = 0; k < within.size(); k++) {
    not_number[k] = not_number[k] & within[k];
    not_zero[k] = not_zero[k] & within[k];
  }
  const RunResult found = session.run(kRows, kSteps, {numbers.data(), id_numbers.data()}, options);
  CHECK_EQUAL(found.error, "");
  CHECK_CLOSE(found.outputs[0], masked.wanted(numbers, not_number), kBound);
  CHECK_CLOSE(found.outputs[1], embedded.wanted(looked_up, not_zero), kBound);
}

/// Two sequences with masks of their own meet; `flag`: a step counts if it does in one of them.
void check_meeting(int32_t flag) {
  about() = flag != 0 ? "or" : "and";
  Listener sum(kSteps, kWidth), joined(kSteps, 2 * kWidth);
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, kWidth}), y = b.input({RNN4J_ANY, kWidth});
  const int32_t mx = b.value({RNN4J_ANY, kWidth}), my = b.value({RNN4J_ANY, kWidth});
  const int32_t s = b.value({RNN4J_ANY, kWidth}), c = b.value({RNN4J_ANY, 2 * kWidth});
  b.op(RNN4J_OP_MASKING, "mx", {x}, {mx}).number = 0.0f;
  b.op(RNN4J_OP_MASKING, "my", {y}, {my}).number = 0.0f;
  rnn4j_op& add = b.op(RNN4J_OP_MERGE, "sum", {mx, my}, {s});
  add.which = RNN4J_ADD;
  add.flag = flag;
  rnn4j_op& concat = b.op(RNN4J_OP_CONCAT, "joined", {mx, my}, {c});
  concat.which = 1;
  concat.flag = flag;
  sum.hear(b, s);
  joined.hear(b, c);
  Session session(b, b.program(), kRows);
  std::vector<float> a = sequence(1), d = sequence(2), added, side_by_side;
  std::vector<uint8_t> mask;
  for (size_t k = 0; k < kRows * kSteps; k++) {
    const bool has_a = k % 2 == 0, has_d = k % 3 == 0;
    for (size_t i = 0; i < kWidth; i++) {
      if (!has_a) a[k * kWidth + i] = 0.0f;
      if (!has_d) d[k * kWidth + i] = 0.0f;
      added.push_back(a[k * kWidth + i] + d[k * kWidth + i]);
    }
    mask.push_back((flag != 0 ? has_a || has_d : has_a && has_d) ? 1 : 0);
    side_by_side.insert(side_by_side.end(), {a[2 * k], a[2 * k + 1], d[2 * k], d[2 * k + 1]});
  }
  const RunResult found = session.run(kRows, kSteps, {a.data(), d.data()});
  CHECK_EQUAL(found.error, "");
  CHECK_CLOSE(found.outputs[0], sum.wanted(added, mask), kBound);
  CHECK_CLOSE(found.outputs[1], joined.wanted(side_by_side, mask), kBound);
}

CASE("where sequences meet a step counts in all or in one of them") {
  check_meeting(0);
  check_meeting(1);
}

CASE("sequences one after the other keep the steps that count") {
  Listener both(2 * kSteps, kWidth);
  ProgramBuilder b;
  const int32_t x = b.input({kSteps, kWidth}), y = b.input({kSteps, kWidth}, RNN4J_F32, false);
  const int32_t c = b.value({2 * kSteps, kWidth});
  b.op(RNN4J_OP_CONCAT, "joined", {x, y}, {c}).which = 0;
  const int32_t out = b.value({2 * kSteps, 4});
  b.recurrent("listener", {c}, {out}, both.p, b.cell(both.p, both.d));
  b.output(out);
  Session session(b, b.program(), kRows);
  const std::vector<float> a = sequence(1), d = sequence(2);
  RunOptions options;
  options.lengths = {2, 0, 5};
  std::vector<float> joined;
  std::vector<uint8_t> mask;
  const std::vector<uint8_t> within = mask_of(options.lengths);
  for (int row = 0; row < kRows; row++) {
    for (const std::vector<float>* part : {&a, &d}) {
      joined.insert(joined.end(), part->begin() + row * kSteps * kWidth, part->begin() + (row + 1) * kSteps * kWidth);
    }
    mask.insert(mask.end(), within.begin() + row * kSteps, within.begin() + (row + 1) * kSteps);
    mask.insert(mask.end(), kSteps, 1);
  }
  const RunResult found = session.run(kRows, kSteps, {a.data(), d.data()}, options);
  CHECK_EQUAL(found.error, "");
  CHECK_CLOSE(found.outputs[0], both.wanted(joined, mask), kBound);
}

CASE("one-hot, numbers, constants, broadcasts, permute, repeat, copy, activation") {
  ProgramBuilder b;
  const int32_t ids = b.input({3}, RNN4J_I32, false);
  const int32_t hot = b.value({3, 4}), numbers = b.value({3}), one = b.value({4}), moved = b.value({3, 4}),
                turned = b.value({4, 3}), again = b.value({2, 3}), flat = b.value({12}), act = b.value({3, 4});
  b.op(RNN4J_OP_ONE_HOT, "hot", {ids}, {hot}).rows = 4;
  b.op(RNN4J_OP_NUMBERS, "numbers", {ids}, {numbers});
  const float constant[] = {1.0f, 2.0f, 3.0f, 4.0f};
  b.op(RNN4J_OP_CONSTANT, "constant", {}, {one}).bias = constant;
  b.op(RNN4J_OP_MERGE, "moved", {hot, one}, {moved}).which = RNN4J_SUBTRACT;
  rnn4j_op& permute = b.op(RNN4J_OP_PERMUTE, "turned", {moved}, {turned});
  permute.axes[0] = 1;
  b.op(RNN4J_OP_REPEAT, "again", {numbers}, {again});
  b.op(RNN4J_OP_COPY, "flat", {moved}, {flat});
  b.op(RNN4J_OP_ACTIVATE, "act", {moved}, {act}).activation.kind = RNN4J_RELU;
  b.ops().back().activation.beta = INFINITY;
  for (const int32_t v : {hot, numbers, moved, turned, again, flat, act}) b.output(v);
  Session session(b, b.program(), 1);
  const std::vector<int32_t> in = {0, 3, 1, 2, 2, 0};
  const RunResult found = session.run(2, 0, {in.data()});
  CHECK_EQUAL(found.error, "");
  for (int row = 0; row < 2 && found.error.empty(); row++) {
    for (int k = 0; k < 3; k++) {
      const int32_t id = in[static_cast<size_t>(3 * row + k)];
      CHECK_EQUAL(found.outputs[1][static_cast<size_t>(3 * row + k)], static_cast<float>(id));
      for (int n = 0; n < 2; n++) {
        CHECK_EQUAL(found.outputs[4][static_cast<size_t>(6 * row + 3 * n + k)], static_cast<float>(id));
      }
      for (int j = 0; j < 4; j++) {
        const size_t at = static_cast<size_t>(12 * row + 4 * k + j);
        const float wanted = (j == id ? 1.0f : 0.0f) - constant[j];
        CHECK_EQUAL(found.outputs[0][at], j == id ? 1.0f : 0.0f);
        CHECK_EQUAL(found.outputs[2][at], wanted);
        CHECK_EQUAL(found.outputs[3][static_cast<size_t>(12 * row + 3 * j + k)], wanted);
        CHECK_EQUAL(found.outputs[5][at], wanted);
        CHECK_EQUAL(found.outputs[6][at], std::max(wanted, 0.0f));
      }
    }
  }
}

CASE("first, last and last counting step, of the batch's T and of the row's own") {
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, kWidth});
  for (int which = 0; which < 3; which++) {
    const int32_t y = b.value({kWidth});
    b.op(RNN4J_OP_SELECT_STEP, "select", {x}, {y}).which = which;
    b.output(y);
  }
  Session session(b, b.program(), 1);
  // 11 steps lie in memory of 12: the last one is not the memory's last.
  const int steps = 11;
  const std::vector<float> in = Random(1).uniforms(kRows * steps * kWidth, 1.0f);
  RunOptions options;
  options.lengths = {11, 4, 0};
  const auto check_row = [&](const std::vector<float>& y, int row, int step) {
    for (int i = 0; i < kWidth; i++) {
      const float wanted = step < 0 ? 0.0f : in[static_cast<size_t>((row * steps + step) * kWidth + i)];
      CHECK_EQUAL(y[static_cast<size_t>(row * kWidth + i)], wanted);
    }
  };
  for (const bool own : {false, true}) {
    options.flags = own ? RNN4J_OWN_STEPS : 0;
    const RunResult found = session.run(kRows, steps, {in.data()}, options);
    CHECK_EQUAL(found.error, "");
    for (int row = 0; row < kRows; row++) {
      const int length = options.lengths[static_cast<size_t>(row)];
      check_row(found.outputs[0], row, own && length == 0 ? -1 : 0);
      check_row(found.outputs[1], row, own ? length - 1 : steps - 1);
      check_row(found.outputs[2], row, length - 1);
    }
  }
}

CASE("wired initial states hold where a row begins, and final states feed other ops") {
  Listener first(kSteps, kWidth), second(kSteps, kWidth);
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, kWidth});
  const int32_t y = b.value({RNN4J_ANY, 4}), h = b.value({4}), c = b.value({4}), z = b.value({RNN4J_ANY, 4});
  b.recurrent("encoder", {x}, {y, RNN4J_NONE, h, c}, first.p, b.cell(first.p, first.d));
  b.recurrent("decoder", {x, RNN4J_NONE, h, c}, {z}, second.p, b.cell(second.p, second.d));
  b.output(z);
  b.output(h);
  Session session(b, b.program(), kRows);
  const std::vector<float> in = sequence(3);
  first.d.x = second.d.x = in;
  const RunResult found = session.run(kRows, kSteps, {in.data()});
  const RecurrentResult encoded = reference::run(first.p, first.d);
  second.d.h0.assign(encoded.h.begin(), encoded.h.end());
  second.d.c0.assign(encoded.c.begin(), encoded.c.end());
  CHECK_EQUAL(found.error, "");
  CHECK_CLOSE(found.outputs[0], reference::run(second.p, second.d).sequence, kBound);
  CHECK_CLOSE(found.outputs[1], encoded.h, kBound);
  // Rows that have started go on with the state instead.
  RunOptions options;
  options.started = {1, 1, 1};
  options.seen = {1, 1, 1};
  const std::vector<float> state = session.state_rows(0, kRows);
  for (int row = 0; row < kRows; row++) {
    for (int u = 0; u < 4; u++) {
      second.d.h0[static_cast<size_t>(4 * row + u)] = state[static_cast<size_t>(16 * row + 8 + u)];
      second.d.c0[static_cast<size_t>(4 * row + u)] = state[static_cast<size_t>(16 * row + 12 + u)];
    }
  }
  CHECK_CLOSE(session.run(kRows, kSteps, {in.data()}, options).outputs[0],
              reference::run(second.p, second.d).sequence, kBound);
}

CASE("an empty sequence keeps the state") {
  Listener one(kSteps, kWidth), residual(kSteps, 4);
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, kWidth}), y = b.value({RNN4J_ANY, 4}), last = b.value({4});
  b.recurrent("one", {x}, {y}, one.p, b.cell(one.p, one.d));
  rnn4j_recurrent& adding = b.recurrent("adding", {y}, {last}, residual.p, b.cell(residual.p, residual.d));
  adding.residual = 1;
  adding.return_sequences = 0;
  b.output(last);
  Session session(b, b.program(), kRows);
  const std::vector<float> in = sequence(3);
  CHECK_EQUAL(session.run(kRows, kSteps, {in.data()}).error, "");
  const std::vector<float> state = session.state_rows(0, kRows);
  const RunResult empty = session.run(kRows, 0, {nullptr});
  CHECK_EQUAL(empty.error, "");
  CHECK(empty.outputs[0] == std::vector<float>(kRows * 4, 0.0f));
  CHECK(session.state_rows(0, kRows) == state);
}

CASE("a program that cannot be run says everything at once, by op") {
  Listener one(kSteps, kWidth);
  ProgramBuilder b;
  const int32_t x = b.input({RNN4J_ANY, kWidth}), y = b.value({RNN4J_ANY, kWidth}), z = b.value({RNN4J_ANY, 4});
  b.op(99, "wavelet", {x}, {y});
  rnn4j_cell& cell = b.cell(one.p, one.d);
  cell.kind = RNN4J_CELL_GRU;
  cell.peephole = cell.bias;
  b.recurrent("strange", {x}, {z}, one.p, cell);
  b.output(z);
  rnn4j_device_options options{};
  options.size = sizeof options;
  rnn4j_device* device = nullptr;
  rnn4j_executable* executable = nullptr;
  CHECK_OK(rnn4j_device_open(&options, &device));
  rnn4j_program program = b.program("odd");
  CHECK_EQUAL(rnn4j_executable_create(device, &program, &executable), static_cast<int>(RNN4J_UNSUPPORTED));
  CHECK_EQUAL(last_error(),
              "program 'odd' asks for what no kernel does:\n  op 'wavelet' of kind 99\n"
              "  gru 'strange', direction 0: a projection or peephole of a cell other than LSTM");
  const int32_t nothing = b.value({3}), out = b.value({3});
  b.op(RNN4J_OP_ACTIVATE, "early", {nothing}, {out});
  program = b.program("odd");
  CHECK_EQUAL(rnn4j_executable_create(device, &program, &executable), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  CHECK_EQUAL(last_error(),
              "program 'odd' makes no sense:\n  activate 'early' reads value 3, which nothing has given yet");
  CHECK(executable == nullptr);
  CHECK_OK(rnn4j_device_close(device));
}

CASE("arguments that do not fit are named with what is allowed") {
  Listener one(kSteps, kWidth);
  ProgramBuilder b;
  one.hear(b, b.input({RNN4J_ANY, kWidth}));
  Session session(b, b.program(), kRows);
  const std::vector<float> in = sequence(3);
  const auto error = [&](const RunOptions& options, int rows = kRows) {
    const RunResult found = session.run(rows, kSteps, {in.data()}, options);
    CHECK_EQUAL(found.status, static_cast<int>(RNN4J_INVALID_ARGUMENT));
    return found.error;
  };
  RunOptions options;
  options.lengths = {1, 6, 2};
  CHECK_EQUAL(error(options), "lengths[1] is 6; it must be 0 to 5");
  options = {};
  options.state_rows = {0, 3, 1};
  CHECK_EQUAL(error(options), "state_rows[1] is 3; the state has 3 rows");
  options.state_rows = {0, 2, 0};
  CHECK_EQUAL(error(options), "state_rows[2] is 0, as of another row before");
  options = {};
  options.flags = 64;
  CHECK_EQUAL(error(options), "flags is 64, with bits that have no meaning");
  CHECK_EQUAL(error({}, 0), "rows is 0; it must be at least 1");
  CHECK_EQUAL(session.run(kRows, kSteps, {nullptr}).error, "inputs[0] is NULL");
  std::string text(rnn4j_executable_explain(session.executable, nullptr, 0), '\0');
  rnn4j_executable_explain(session.executable, text.data(), text.size() + 1);
  for (const char* word : {"program 'test': fp32, TF32 off", "lstm 'listener' -> [B, T, 4]", "lstm_step; I 2, H 4, P 4",
                           "products by cuBLAS", "chunks: none, because the program is not streamable"}) {
    check(text.find(word) != std::string::npos, std::string("'") + word + "' is not in: " + text, __FILE__, __LINE__);
  }
}

}  // namespace
