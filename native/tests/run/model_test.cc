// Programs of several ops: stacks, two directions, heads, ids, joins; chunks; graphs; states; what goes wrong.
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

constexpr double kBound = 64 * kUnit;

RecurrentProblem problem(rnn4j_cell_kind kind, int rows, int steps, int input, int units, uint64_t seed) {
  RecurrentProblem p;
  p.kind = kind;
  p.rows = rows;
  p.steps = p.capacity = steps;
  p.input = input;
  p.units = p.output = units;
  p.seed = seed;
  p.reset_after = true;
  return p;
}

std::vector<float> floats(const std::vector<double>& v) { return std::vector<float>(v.begin(), v.end()); }

/// The data of a layer that reads `x`, from zero state.
RecurrentData reading(const RecurrentProblem& p, std::vector<float> x, const std::vector<int32_t>& lengths = {}) {
  RecurrentData d = data_of(p);
  d.x = std::move(x);
  d.lengths = lengths;
  std::fill(d.h0.begin(), d.h0.end(), 0.0f);
  std::fill(d.c0.begin(), d.c0.end(), 0.0f);
  return d;
}

/// [.., n] -> [.., m] with a bias.
std::vector<double> dense(const std::vector<double>& x, const float* kernel, const float* bias, size_t m, size_t n) {
  std::vector<double> y;
  for (size_t row = 0; row < x.size() / n; row++) {
    for (size_t j = 0; j < m; j++) {
      double sum = static_cast<double>(bias[j]);
      for (size_t i = 0; i < n; i++) sum += x[row * n + i] * static_cast<double>(kernel[j * n + i]);
      y.push_back(sum);
    }
  }
  return y;
}

void softmax(std::vector<double>& x, size_t n) {
  for (size_t from = 0; from < x.size(); from += n) {
    double sum = 0;
    for (size_t i = from; i < from + n; i++) sum += x[i] = std::exp(x[i]);
    for (size_t i = from; i < from + n; i++) x[i] /= sum;
  }
}

/// Embedding of ids, GRU, LSTM that gives its last output, dense, softmax.
struct Classifier {
  static constexpr int kTable = 11, kWidth = 5, kClasses = 3;
  RecurrentProblem gru, lstm;
  RecurrentData gru_data, lstm_data;
  std::vector<float> table, kernel, bias;
  ProgramBuilder b;

  Classifier(int rows, int steps)
      : gru(problem(RNN4J_CELL_GRU, rows, steps, kWidth, 6, 3)),
        lstm(problem(RNN4J_CELL_LSTM, rows, steps, 6, 7, 4)), gru_data(data_of(gru)), lstm_data(data_of(lstm)) {
    Random random(9);
    table = random.uniforms(kTable * kWidth, 1.0f);
    kernel = random.uniforms(kClasses * 7, 0.7f);
    bias = random.uniforms(kClasses, 0.5f);
    const int32_t ids = b.input({RNN4J_ANY}, RNN4J_I32);
    const int32_t e = b.value({RNN4J_ANY, kWidth});
    const int32_t g = b.value({RNN4J_ANY, 6});
    const int32_t l = b.value({7});
    const int32_t z = b.value({kClasses});
    const int32_t y = b.value({kClasses});
    rnn4j_op& embedding = b.op(RNN4J_OP_EMBEDDING, "embedding", {ids}, {e});
    embedding.rows = kTable;
    embedding.columns = kWidth;
    embedding.kernel = table.data();
    b.recurrent("gru", {e}, {g}, gru, b.cell(gru, gru_data));
    b.recurrent("lstm", {g}, {l}, lstm, b.cell(lstm, lstm_data)).return_sequences = 0;
    b.dense("head", l, z, kClasses, 7, kernel.data(), bias.data());
    b.op(RNN4J_OP_SOFTMAX, "softmax", {z}, {y});
    b.output(y);
  }

  std::vector<int32_t> ids(int rows, int steps) const {
    Random random(5);
    std::vector<int32_t> all;
    for (int k = 0; k < rows * steps; k++) all.push_back(random.below(kTable));
    return all;
  }

  std::vector<double> wanted(const std::vector<int32_t>& ids, const std::vector<int32_t>& lengths) const {
    std::vector<float> x;
    for (const int32_t id : ids) x.insert(x.end(), table.begin() + id * kWidth, table.begin() + (id + 1) * kWidth);
    RecurrentProblem g = gru, l = lstm;
    g.has_lengths = l.has_lengths = !lengths.empty();
    const RecurrentResult first = reference::run(g, reading(g, x, lengths));
    const RecurrentResult second = reference::run(l, reading(l, floats(first.sequence), lengths));
    std::vector<double> y = dense(second.last, kernel.data(), bias.data(), kClasses, 7);
    softmax(y, kClasses);
    return y;
  }
};

CASE("embedding, stack, dense and softmax") {
  Classifier model(4, 6);
  Session session(model.b, model.b.program(), 4);
  const std::vector<int32_t> ids = model.ids(4, 6);
  CHECK_CLOSE(session.run(4, 6, {ids.data()}).outputs[0], model.wanted(ids, {}), kBound);
  RunOptions options;
  options.lengths = {0, 6, 3, 1};
  RunOptions fresh = options;
  CHECK_OK(rnn4j_state_copy(session.state, 0, nullptr, 0, 4));
  CHECK_CLOSE(session.run(4, 6, {ids.data()}, fresh).outputs[0], model.wanted(ids, options.lengths), kBound);
}

CASE("an id out of range names op, row, id and table, and leaves the state") {
  Classifier model(2, 3);
  Session session(model.b, model.b.program(), 2);
  std::vector<int32_t> ids = model.ids(2, 3);
  CHECK_EQUAL(session.run(2, 3, {ids.data()}).status, 0);
  const std::vector<float> before = session.state_rows(0, 2);
  ids[4] = Classifier::kTable;
  const RunResult failed = session.run(2, 3, {ids.data()});
  CHECK_EQUAL(failed.status, static_cast<int>(RNN4J_ID_OUT_OF_RANGE));
  CHECK_EQUAL(failed.error, "embedding 'embedding': row 1 has the id 11 at position 1; there are 11, numbered from 0");
  CHECK(session.state_rows(0, 2) == before);
}

/// One layer of two directions, its outputs joined as `merge` says.
void check_bidirectional(rnn4j_direction_merge merge, bool sequences) {
  about() = "merge " + std::to_string(merge) + (sequences ? " sequences" : " last");
  RecurrentProblem f = problem(RNN4J_CELL_LSTM, 3, 5, 4, 6, 1);
  RecurrentProblem r = problem(RNN4J_CELL_LSTM, 3, 5, 4, 6, 2);
  r.backwards = f.within_length = r.within_length = true;
  f.has_lengths = r.has_lengths = true;
  const std::vector<int32_t> lengths = {5, 0, 3};
  const std::vector<float> x = Random(7).uniforms(3 * 5 * 4, 1.0f);
  const RecurrentData df = reading(f, x, lengths), dr = reading(r, x, lengths);
  ProgramBuilder b;
  const bool joined = merge == RNN4J_MERGE_CONCAT;
  const int width = joined ? 12 : 6;
  const int32_t in = b.input({RNN4J_ANY, 4});
  const auto shape = [&](int w) { return sequences ? std::vector<int32_t>{RNN4J_ANY, w} : std::vector<int32_t>{w}; };
  std::vector<int32_t> outputs = {b.value(shape(width))};
  b.output(outputs[0]);
  if (merge == RNN4J_MERGE_NONE) {
    outputs.push_back(b.value(shape(6)));
    b.output(outputs[1]);
  }
  rnn4j_recurrent& layer = b.recurrent("both", {in}, outputs, f, b.cell(f, df), &b.cell(r, dr));
  layer.merge = merge;
  layer.return_sequences = sequences ? 1 : 0;
  Session session(b, b.program(), 3);
  RunOptions options;
  options.lengths = lengths;
  const RunResult found = session.run(3, 5, {x.data()}, options);
  CHECK_EQUAL(found.error, "");
  const RecurrentResult wf = reference::run(f, df), wr = reference::run(r, dr);
  const std::vector<double>& a = sequences ? wf.sequence : wf.last;
  const std::vector<double>& c = sequences ? wr.sequence : wr.last;
  std::vector<double> wanted;
  for (size_t k = 0; k < a.size(); k++) {
    if (joined && k % 6 == 0) {
      wanted.insert(wanted.end(), a.begin() + static_cast<long>(k), a.begin() + static_cast<long>(k) + 6);
      wanted.insert(wanted.end(), c.begin() + static_cast<long>(k), c.begin() + static_cast<long>(k) + 6);
    } else if (!joined) {
      wanted.push_back(merge == RNN4J_MERGE_SUM        ? a[k] + c[k]
                       : merge == RNN4J_MERGE_MULTIPLY ? a[k] * c[k]
                       : merge == RNN4J_MERGE_AVERAGE  ? (a[k] + c[k]) / 2
                                                       : a[k]);
    }
  }
  CHECK_CLOSE(found.outputs[0], wanted, kBound);
  if (merge == RNN4J_MERGE_NONE) CHECK_CLOSE(found.outputs[1], c, kBound);
}

CASE("two directions, every merge") {
  for (int merge = RNN4J_MERGE_CONCAT; merge <= RNN4J_MERGE_NONE; merge++) {
    check_bidirectional(static_cast<rnn4j_direction_merge>(merge), true);
    check_bidirectional(static_cast<rnn4j_direction_merge>(merge), false);
  }
}

/// LSTM, dense head at every step, and the LSTM's last output.
struct Tagger {
  RecurrentProblem p;
  RecurrentData d;
  std::vector<float> kernel, bias;
  ProgramBuilder b;
  explicit Tagger(int rows, int steps) : p(problem(RNN4J_CELL_LSTM, rows, steps, 3, 5, 6)), d(data_of(p)) {
    kernel = Random(1).uniforms(2 * 5, 1.0f);
    bias = Random(2).uniforms(2, 1.0f);
    const int32_t x = b.input({RNN4J_ANY, 3});
    const int32_t h = b.value({RNN4J_ANY, 5});
    const int32_t y = b.value({RNN4J_ANY, 2});
    const int32_t last = b.value({5});
    b.recurrent("lstm", {x}, {h}, p, b.cell(p, d));
    b.dense("tags", h, y, 2, 5, kernel.data(), bias.data());
    b.op(RNN4J_OP_SELECT_STEP, "last", {h}, {last}).which = 1;
    b.output(y);
    b.output(last);
  }
};

CASE("a call cut into chunks gives the bits of the whole call") {
  const int rows = 3;
  for (const int steps : {600, 601, 767, 1024}) {
    about() = "T " + std::to_string(steps);
    Tagger model(rows, steps);
    rnn4j_program program = model.b.program();
    program.batch_invariant = 1;
    program.streamable = 0;
    Session whole(model.b, program, rows);
    program.streamable = 1;
    Session cut(model.b, program, rows);
    const std::vector<float> x = Random(3).uniforms(static_cast<size_t>(rows * steps * 3), 1.0f);
    RunOptions options;
    options.lengths = {steps, 300, 0};
    options.takes_finals = true;
    options.initial_h = {model.d.h0};
    const RunResult a = whole.run(rows, steps, {x.data()}, options);
    const RunResult c = cut.run(rows, steps, {x.data()}, options);
    CHECK_EQUAL(a.error + c.error, "");
    CHECK(a.outputs == c.outputs);
    CHECK(a.final_h == c.final_h);
    CHECK(a.final_c == c.final_c);
    CHECK(whole.state_rows(0, rows) == cut.state_rows(0, rows));
    CHECK(cut.memory(rows, steps).call_bytes < whole.memory(rows, steps).call_bytes);
    CHECK_OK(rnn4j_state_copy(cut.state, 0, nullptr, 0, rows));
    const int64_t captures = cut.memory().captures;
    CHECK(cut.run(rows, steps, {x.data()}, options).outputs == c.outputs);
    CHECK_EQUAL(cut.memory().captures, captures);
  }
}

CASE("the workspace's limit cuts a call, or refuses it with sizes") {
  const int rows = 4, steps = 200;
  Tagger model(rows, steps);
  rnn4j_program program = model.b.program();
  program.batch_invariant = 1;
  program.streamable = 1;
  Session roomy(model.b, program, rows);
  program.workspace_limit = 60000;
  Session tight(model.b, program, rows);
  const std::vector<float> x = Random(3).uniforms(static_cast<size_t>(rows * steps * 3), 1.0f);
  const RunResult a = roomy.run(rows, steps, {x.data()});
  const RunResult c = tight.run(rows, steps, {x.data()});
  CHECK_EQUAL(a.error + c.error, "");
  CHECK(a.outputs == c.outputs);
  CHECK(tight.memory().workspace_bytes <= 60000);
  CHECK_EQUAL(tight.memory(rows, steps).call_bytes, tight.memory().workspace_bytes);
  // In one piece its gates are found in chunks; what is left is x, h and both outputs of all steps.
  program.streamable = 0;
  Session in_one_piece(model.b, program, rows);
  const RunResult whole = in_one_piece.run(rows, steps, {x.data()});
  CHECK_EQUAL(whole.error, "");
  CHECK(whole.outputs == a.outputs);
  CHECK(in_one_piece.memory().workspace_bytes <= 60000);
  program.workspace_limit = 20000;
  Session refusing(model.b, program, rows);
  const RunResult refused = refusing.run(rows, steps, {x.data()});
  CHECK_EQUAL(refused.status, static_cast<int>(RNN4J_OUT_OF_DEVICE_MEMORY));
  CHECK(refused.error.find("workspace_limit is 20000 bytes; it is not cut into chunks: the program is not streamable") !=
        std::string::npos);
}

CASE("state rows in any order, and a session in pieces") {
  const int steps = 6;
  Tagger model(3, steps);
  rnn4j_program program = model.b.program();
  program.batch_invariant = 1;
  Session at_once(model.b, program, 3);
  Session in_pieces(model.b, program, 5);
  const std::vector<float> x = Random(3).uniforms(static_cast<size_t>(3 * steps * 3), 1.0f);
  const RunResult wanted = at_once.run(3, steps, {x.data()});
  std::vector<float> sequence(wanted.outputs[0].size());
  RunOptions options;
  for (int t = 0; t < steps; t++) {
    // Rows of the call are turned at each step; the state's rows are 4, 0 and 2.
    const int32_t place[] = {4, 0, 2};
    options.state_rows.clear();
    std::vector<float> step;
    for (int k = 0; k < 3; k++) {
      const int row = (k + t) % 3;
      options.state_rows.push_back(place[row]);
      step.insert(step.end(), x.begin() + (row * steps + t) * 3, x.begin() + (row * steps + t + 1) * 3);
    }
    const RunResult found = in_pieces.run(3, 1, {step.data()}, options);
    CHECK_EQUAL(found.error, "");
    for (int k = 0; k < 3; k++) {
      const int row = (k + t) % 3;
      std::copy_n(found.outputs[0].begin() + k * 2, 2, sequence.begin() + (row * steps + t) * 2);
    }
  }
  CHECK(sequence == wanted.outputs[0]);
  CHECK(in_pieces.state_rows(4, 1) == at_once.state_rows(0, 1));
  CHECK(in_pieces.state_rows(0, 1) == at_once.state_rows(1, 1));
  CHECK(in_pieces.state_rows(2, 1) == at_once.state_rows(2, 1));
  CHECK_EQUAL(in_pieces.memory().captures, 1);
}

CASE("graphs: one for each bucket, the least recently used goes first") {
  Tagger model(2, 40);
  rnn4j_program program = model.b.program();
  program.batch_invariant = 1;
  program.graph_limit = 2;
  Session session(model.b, program, 2);
  const std::vector<float> x = Random(3).uniforms(2 * 64 * 3, 1.0f);
  CHECK_EQUAL(session.run(2, 64, {x.data()}).error, "");
  const auto run = [&](int steps, int64_t captures, int64_t evictions) {
    CHECK_OK(rnn4j_state_copy(session.state, 0, nullptr, 0, 2));
    const RunResult found = session.run(2, steps, {x.data()});
    CHECK_EQUAL(found.error, "");
    CHECK_EQUAL(session.memory().captures, captures);
    CHECK_EQUAL(session.memory().evictions, evictions);
    return found.outputs;
  };
  const auto first = run(20, 2, 0);
  CHECK(run(20, 2, 0) == first);
  run(17, 2, 0);
  run(24, 2, 0);
  run(25, 3, 1);  // 64 goes
  run(20, 3, 1);
  run(3, 4, 2);   // 32 goes
  CHECK(run(20, 4, 2) == first);
  CHECK_EQUAL(session.memory().graphs, 2);
  CHECK(session.memory().last_capture_nanos > 0);
  program.graph_limit = -1;
  Session without(model.b, program, 2);
  CHECK(without.run(2, 20, {x.data()}).outputs == first);
  CHECK_EQUAL(without.memory().captures, 0);
}

CASE("prepare captures what the first run needs") {
  Tagger model(2, 12);
  Session session(model.b, model.b.program(), 2);
  const std::vector<int32_t> extents = session.extents(12);
  CHECK_OK(rnn4j_prepare(session.executable, 2, extents.data(), 0));
  const int64_t captures = session.memory().captures;
  const std::vector<float> x = Random(3).uniforms(2 * 12 * 3, 1.0f);
  RunOptions options;
  CHECK_EQUAL(session.run(2, 12, {x.data()}).error, "");
  options.lengths = {12, 4};
  CHECK_EQUAL(session.run(2, 12, {x.data()}, options).error, "");
  CHECK_EQUAL(session.memory().captures, captures);
}

CASE("time-major inputs and outputs") {
  const int rows = 3, steps = 10;
  Tagger model(rows, steps);
  Session session(model.b, model.b.program(), rows);
  const std::vector<float> x = Random(3).uniforms(static_cast<size_t>(rows * steps * 3), 1.0f);
  std::vector<float> turned(x.size());
  for (int b = 0; b < rows; b++) {
    for (int t = 0; t < steps; t++) std::copy_n(x.begin() + (b * steps + t) * 3, 3, turned.begin() + (t * rows + b) * 3);
  }
  const RunResult major = session.run(rows, steps, {x.data()});
  CHECK_OK(rnn4j_state_copy(session.state, 0, nullptr, 0, rows));
  RunOptions options;
  options.flags = RNN4J_TIME_MAJOR;
  const RunResult found = session.run(rows, steps, {turned.data()}, options);
  std::vector<float> back(found.outputs[0].size());
  for (int b = 0; b < rows; b++) {
    for (int t = 0; t < steps; t++) {
      std::copy_n(found.outputs[0].begin() + (t * rows + b) * 2, 2, back.begin() + (b * steps + t) * 2);
    }
  }
  CHECK(back == major.outputs[0]);
  CHECK(found.outputs[1] == major.outputs[1]);
}

CASE("a cancelled run leaves the state") {
  Tagger model(2, 600);
  rnn4j_program program = model.b.program();
  program.streamable = 1;
  Session session(model.b, program, 2);
  const std::vector<float> x = Random(3).uniforms(2 * 600 * 3, 1.0f);
  const std::vector<float> before = session.state_rows(0, 2);
  const int32_t cancel = 1;
  RunOptions options;
  options.cancel = &cancel;
  CHECK_EQUAL(session.run(2, 600, {x.data()}, options).status, static_cast<int>(RNN4J_CANCELLED));
  CHECK(session.state_rows(0, 2) == before);
}

CASE("padding may be NaN") {
  const int rows = 2, steps = 4;
  Tagger model(rows, steps);
  Session session(model.b, model.b.program(), rows);
  std::vector<float> x = Random(3).uniforms(static_cast<size_t>(rows * steps * 3), 1.0f);
  RunOptions options;
  options.lengths = {2, 0};
  const RunResult clean = session.run(rows, steps, {x.data()}, options);
  std::fill(x.begin() + 6, x.end(), std::nanf(""));
  CHECK_OK(rnn4j_state_copy(session.state, 0, nullptr, 0, rows));
  const RunResult found = session.run(rows, steps, {x.data()}, options);
  CHECK(found.outputs == clean.outputs);
  for (const float y : found.outputs[0]) CHECK(!std::isnan(y));
}

CASE("rows of many states run in one call, as each would alone") {
  const int rows = 3, steps = 4;
  Tagger model(rows, steps);
  rnn4j_program program = model.b.program();
  program.batch_invariant = 1;
  Session alone(model.b, program, rows);
  Session session(model.b, program, 2);
  rnn4j_state* other = nullptr;
  CHECK_OK(rnn4j_state_create(session.executable, 5, &other));
  const std::vector<float> x = Random(3).uniforms(static_cast<size_t>(rows * steps * 3), 1.0f);
  RunOptions options;
  options.states = {other, session.state, other};
  options.state_rows = {4, 1, 0};
  for (int n = 0; n < 2; n++) {
    const RunResult wanted = alone.run(rows, steps, {x.data()});
    CHECK(session.run(rows, steps, {x.data()}, options).outputs == wanted.outputs);
  }
  CHECK(session.state_rows(1, 1) == alone.state_rows(1, 1));
  CHECK(session.state_rows(0, 1) == std::vector<float>(10, 0.0f));
  std::vector<float> row(10);
  CHECK_OK(rnn4j_state_read(other, 4, 1, row.data()));
  CHECK(row == alone.state_rows(0, 1));

  const auto error = [&](std::vector<int32_t> state_rows) {
    options.state_rows = std::move(state_rows);
    const RunResult found = session.run(rows, steps, {x.data()}, options);
    CHECK_EQUAL(found.status, static_cast<int>(RNN4J_INVALID_ARGUMENT));
    return found.error;
  };
  CHECK_EQUAL(error({0, 2, 1}), "state_rows[1] is 2; the state has 2 rows");
  CHECK_EQUAL(error({1, 1, 1}), "state_rows[2] is 1, as of another row before");
  CHECK_EQUAL(error({}), "args.states was given without args.state_rows");
  options.states[1] = alone.state;
  CHECK_EQUAL(error({0, 0, 1}), "the state is of another executable");
  options.states[1] = nullptr;
  CHECK_EQUAL(error({0, 0, 1}), "args.states[1] is NULL");
  CHECK_OK(rnn4j_state_destroy(other));
}

CASE("states are written, copied and read by row") {
  Tagger model(2, 4);
  Session session(model.b, model.b.program(), 6);
  const std::vector<float> rows = Random(8).uniforms(3 * 10, 1.0f);
  CHECK_OK(rnn4j_state_write(session.state, 2, 3, rows.data()));
  CHECK(session.state_rows(2, 3) == rows);
  rnn4j_state* other = nullptr;
  CHECK_OK(rnn4j_state_create(session.executable, 40, &other));
  CHECK(session.state_rows(2, 3) == rows);
  CHECK_OK(rnn4j_state_copy(other, 30, session.state, 2, 3));
  std::vector<float> read(30);
  CHECK_OK(rnn4j_state_read(other, 30, 3, read.data()));
  CHECK(read == rows);
  CHECK_OK(rnn4j_state_copy(session.state, 2, nullptr, 0, 1));
  CHECK(session.state_rows(2, 1) == std::vector<float>(10, 0.0f));
  CHECK(std::equal(rows.begin() + 10, rows.end(), session.state_rows(3, 2).begin()));
  CHECK_EQUAL(rnn4j_executable_destroy(session.executable), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  CHECK_EQUAL(last_error(), "the executable has 2 states; destroy them first");
  CHECK_EQUAL(rnn4j_state_read(other, 38, 3, read.data()), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  CHECK_EQUAL(last_error(), "the rows to read are 38 to 41; the state has 40");
  CHECK_OK(rnn4j_state_destroy(other));
}

}  // namespace
