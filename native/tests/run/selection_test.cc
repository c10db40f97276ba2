// The table of kernels: its text, which row is taken, that every row's kernel gives what the baseline gives.
#include "plan/selection.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "api/error.h"
#include "kernels/support/recurrent_problem.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace {

using namespace testing;
using namespace rnn4j;

const std::string kHead = "capability, cell, precision, units, rows, steps, layers, directions, lengths, kernel, note\n";
const std::string kBaseline = "*, *, *, *, *, *, *, *, *, gemm-per-step, baseline\n";

std::string refusal(const std::string& text) {
  try {
    Selection::parse(text, "t.csv");
    return "";
  } catch (const Error& e) {
    CHECK_EQUAL(static_cast<int>(e.status()), static_cast<int>(RNN4J_INVALID_ARGUMENT));
    return e.what();
  }
}

/// A row of the table, as wide as can be where nothing is given.
std::string row(const std::string& rows, const std::string& units, const std::string& kernel) {
  return "*, *, *, " + units + ", " + rows + ", *, *, *, *, " + kernel + ", a note\n";
}

CASE("table: every column is read") {
  const Selection table = Selection::parse(
      "# a comment\n\n" + kHead + "90, gru-ra, bf16, 64-512, 1-4, 1, 2-, 2, with, streaming-step, measured, r.csv\r\n" +
          kBaseline,
      "t.csv");
  CHECK_EQUAL(table.rows.size(), 2u);
  const SelectionRow& first = table.rows[0];
  CHECK_EQUAL(first.line, 4);
  CHECK(first.kernel == StepKernel::kStreamingStep);
  CHECK_EQUAL(first.note, "measured, r.csv");
  const SelectionKey key = {90, kCellGruResetAfter, RNN4J_BF16, 512, 4, 1, 7, 2, 1};
  CHECK(first.matches(key));
  const SelectionKey others = {89, kCellGru, RNN4J_FP16, 513, 5, 2, 1, 1, 0};
  for (size_t k = 0; k < kSelectionColumns; k++) {
    SelectionKey other = key;
    other[k] = others[k];
    about() = column_name(static_cast<SelectionColumn>(k));
    CHECK(!first.matches(other));
    CHECK(table.rows[1].matches(other));
  }
  CHECK_EQUAL(first.text(kRows) + "; " + first.text(kLayers) + "; " + first.text(kCell) + "; " + first.text(kLengths),
              "rows 1-4; layers 2-; cell gru-ra; lengths with");
}

CASE("table: what is wrong is told with its line") {
  const auto expect = [](const std::string& text, const std::string& wanted) {
    CHECK_EQUAL(refusal(text), "table of kernels t.csv:" + wanted);
  };
  expect(kBaseline, "1: the first line that is no comment must be '" + kHead.substr(0, kHead.size() - 1) + "'; it is '" +
                        kBaseline.substr(0, kBaseline.size() - 1) + "'");
  expect(kHead + "*, *, gemm-per-step\n", "2: a row has 11 fields; this one has 3");
  expect(kHead + row("1-4", "*", "warp-step") + kBaseline,
         "2: there is no kernel 'warp-step'; there are gemm-per-step, streaming-step");
  for (const char* wrong : {"", "a", "4-1", "-4", "1-2-3", "1.5", "9999999999"}) {
    expect(kHead + row(wrong, "*", "streaming-step") + kBaseline,
           "2: rows is '" + std::string(wrong) + "'; it must be *, n, n-m or n-");
  }
  expect(kHead + "*, cnn, *, *, *, *, *, *, *, gemm-per-step, x\n", "2: cell is 'cnn'; there are *, rnn, lstm, gru, gru-ra");
  expect(kHead + "*, *, *, *, *, *, *, *, *, gemm-per-step, \n", "2: the note is empty; it says where the row comes from");
  expect(kHead, "1: the table has no row");
  expect(kHead + row("1-4", "*", "gemm-per-step"), "2: the last row must be * in every column and name gemm-per-step");
  expect(kHead + row("*", "*", "streaming-step"), "2: the last row must be * in every column and name gemm-per-step");
}

CASE("table: rows that cross or are never reached are refused") {
  const auto expect = [](const std::string& rows, const std::string& wanted) {
    CHECK_EQUAL(refusal(kHead + rows + kBaseline), wanted.empty() ? "" : "table of kernels t.csv:" + wanted);
  };
  const std::string streaming = "streaming-step", gemm = "gemm-per-step";
  expect(row("1-4", "*", streaming) + row("2-3", "64", streaming), "3: the row is never reached: line 2 takes all of it");
  expect(row("1-4", "*", gemm) + row("2", "*", streaming), "3: the row is never reached: line 2 takes all of it");
  expect(kBaseline, "3: the row is never reached: line 2 takes all of it");
  expect(row("1-4", "*", streaming) + row("4-8", "64", gemm),
         "3: the row crosses that of line 2: neither contains the other; split one of them");
  // What a kernel does not support falls through to a row within; what contains an earlier row is the more general.
  expect(row("1-4", "*", streaming) + row("2-3", "64", gemm), "");
  expect(row("1-4", "64-128", gemm) + row("1-4", "*", streaming) + row("5-8", "*", streaming), "");
}

/// RNN4J_SELECTION names a file with these rows, head added, while it lives.
class Forced {
 public:
  explicit Forced(const std::string& rows) {
    std::ofstream(path_) << kHead << rows;
    setenv("RNN4J_SELECTION", path_.c_str(), 1);
  }
  ~Forced() {
    unsetenv("RNN4J_SELECTION");
    std::remove(path_.c_str());
  }
  Forced(const Forced&) = delete;
  Forced& operator=(const Forced&) = delete;

  const std::string& path() const { return path_; }

 private:
  const std::string path_ = "selection_test_" + std::to_string(reinterpret_cast<uintptr_t>(this)) + ".csv";
};

/// A stack of equal layers.
struct Stack {
  RecurrentProblem p;
  std::deque<RecurrentData> data;
  ProgramBuilder b;

  Stack(const RecurrentProblem& problem, int layers, int directions) : p(problem) {
    int32_t x = b.input({RNN4J_ANY, p.input});
    RecurrentProblem of_layer = p;
    for (int layer = 0; layer < layers; layer++) {
      const int32_t y = b.value({RNN4J_ANY, directions * p.units});
      std::vector<const rnn4j_cell*> cells;
      for (int d = 0; d < directions; d++) {
        of_layer.seed++;
        data.push_back(data_of(of_layer));
        cells.push_back(&b.cell(of_layer, data.back()));
      }
      b.recurrent("layer", {x}, {y}, of_layer, *cells[0], directions == 2 ? cells[1] : nullptr);
      of_layer.input = directions * p.units;
      x = y;
    }
    b.output(x);
  }
};

RecurrentProblem small(rnn4j_cell_kind kind, int rows, int steps) {
  RecurrentProblem p;
  p.kind = kind;
  p.reset_after = true;
  p.rows = rows;
  p.steps = p.capacity = steps;
  p.input = 3;
  p.units = p.output = 5;
  return p;
}

std::string explained(const Session& session) {
  std::string text(rnn4j_executable_explain(session.executable, nullptr, 0), '\0');
  rnn4j_executable_explain(session.executable, text.data(), text.size() + 1);
  return text;
}

void check_has(const std::string& text, const std::string& part) {
  check(text.find(part) != std::string::npos, "'" + part + "' is not in: " + text, __FILE__, __LINE__);
}

/// Small with the kernel of one step; the scratch of the other shows in the bytes of a call.
int64_t bytes_of_a_step(Session& session, int rows) { return session.memory(rows, 1).call_bytes; }

CASE("the first row that matches and supports the problem is taken") {
  const Stack plain(small(RNN4J_CELL_LSTM, 2, 1), 1, 1);
  RecurrentProblem with_peephole = plain.p;
  with_peephole.has_peephole = true;
  const Stack peephole(with_peephole, 1, 1);
  int64_t streaming = 0, gemm = 0;
  {
    Session session(plain.b, plain.b.program(), 2);
    streaming = bytes_of_a_step(session, 2);
    const std::string text = explained(session);
    check_has(text, "streaming-step where rows 1-4, steps 1 (selection.csv:");
    check_has(text, "else gemm-per-step in every call (selection.csv:");
    Session other(peephole.b, peephole.b.program(), 2);
    check_has(explained(other), "not streaming-step (selection.csv:");
    check_has(explained(other), ": the cell has peepholes\n");
  }
  {
    Forced table(kBaseline);
    Session session(plain.b, plain.b.program(), 2);
    gemm = bytes_of_a_step(session, 2);
    CHECK(gemm > streaming);
    check_has(explained(session), "gemm-per-step in every call (" + table.path() + ":2, baseline)");
  }
  {
    Forced table(row("2", "*", "gemm-per-step") + row("1-4", "*", "streaming-step") + kBaseline);
    Session session(plain.b, plain.b.program(), 4);
    CHECK_EQUAL(bytes_of_a_step(session, 2), gemm);
    CHECK(bytes_of_a_step(session, 3) < gemm);  // three rows without scratch
  }
  {
    Forced table("*, gru, *, *, 1-8, *, *, *, *, streaming-step, for another cell\n" +
                 row("1-8", "*", "streaming-step") + kBaseline);
    Session session(plain.b, plain.b.program(), 8);
    CHECK_EQUAL(bytes_of_a_step(session, 2), streaming);
    CHECK(bytes_of_a_step(session, 5) > gemm);  // the kernel does not support five
    check_has(explained(session), ", for another cell): for cell gru; here it is lstm\n");
  }
}

CASE("a table that is wrong or missing is an error of the executable") {
  const Stack model(small(RNN4J_CELL_RNN, 1, 1), 1, 1);
  const rnn4j_program program = model.b.program();
  rnn4j_device_options options{};
  options.size = sizeof options;
  rnn4j_device* device = nullptr;
  rnn4j_executable* executable = nullptr;
  CHECK_OK(rnn4j_device_open(&options, &device));
  std::string path;
  {
    Forced table(row("1-4", "*", "other") + kBaseline);
    path = table.path();
    CHECK_EQUAL(rnn4j_executable_create(device, &program, &executable), static_cast<int>(RNN4J_INVALID_ARGUMENT));
    CHECK_EQUAL(last_error(), "table of kernels " + path +
                                  ":2: there is no kernel 'other'; there are gemm-per-step, streaming-step");
  }
  for (const std::string& unreadable : {path, std::string(".")}) {  // no file, and a folder
    setenv("RNN4J_SELECTION", unreadable.c_str(), 1);
    CHECK_EQUAL(rnn4j_executable_create(device, &program, &executable), static_cast<int>(RNN4J_INVALID_ARGUMENT));
    CHECK_EQUAL(last_error(), "the file '" + unreadable + "' that RNN4J_SELECTION names cannot be read");
  }
  unsetenv("RNN4J_SELECTION");
  CHECK_OK(rnn4j_device_close(device));
}

/// Small, and within the row's range.
int within(const SelectionRange& range, int wanted) { return std::min(std::max(wanted, range.first), range.last); }

struct Answer {
  RunResult result;
  std::string text;
};

Answer answer(const Stack& model, int precision, const std::vector<int32_t>& lengths, const std::string& rows) {
  Forced table(rows);
  rnn4j_program program = model.b.program();
  program.precision = precision;
  Session session(model.b, program, model.p.rows);
  RunOptions options;
  options.lengths = lengths;
  options.takes_finals = true;
  Answer found{session.run(model.p.rows, model.p.steps, {model.data[0].x.data()}, options), explained(session)};
  CHECK_EQUAL(found.result.error, "");
  return found;
}

/// One problem in the row's range, forced to its kernel and to the baseline.
void check_row(const SelectionRow& row, rnn4j_cell_kind kind, int precision, bool full) {
  const auto& range = row.columns;
  RecurrentProblem p = small(kind, within(range[kRows], full ? 4 : 1), within(range[kSteps], full ? 6 : 1));
  p.units = p.output = within(range[kUnits], full ? 16 : 1);
  const Stack model(p, within(range[kLayers], full ? 2 : 1), within(range[kDirections], full ? 2 : 1));
  std::vector<int32_t> lengths;
  if (full && range[kLengths].has(1)) {
    lengths.assign(static_cast<size_t>(p.rows), p.steps);
    lengths[0] = 0;
  }
  about() = "line " + std::to_string(row.line) + ", cell " + std::to_string(kind) + ", precision " + std::to_string(precision);
  const std::string forced = "*, *, *, *, *, *, *, *, *, " + std::string(name_of(row.kernel)) + ", forced\n";
  const bool is_baseline = row.kernel == kAlwaysSupported;
  const Answer found = answer(model, precision, lengths, is_baseline ? forced : forced + kBaseline);
  const Answer wanted = answer(model, precision, lengths, kBaseline);
  check_has(found.text, "  " + std::string(name_of(row.kernel)) + " in every call");
  const auto type = precision == RNN4J_BF16   ? kernels::NumberType::kBfloat16
                    : precision == RNN4J_FP32 ? kernels::NumberType::kFloat
                                              : kernels::NumberType::kHalf;
  // Both may be as far from the truth as the bound; TF32 cuts where half rounds.
  const double bound = (precision == RNN4J_TF32 ? 4 : 2) * sequence_bound(type, p.steps);
  CHECK_CLOSE(found.result.outputs[0], wanted.result.outputs[0], bound);
  CHECK_CLOSE(found.result.final_h[0], wanted.result.final_h[0], bound);
  CHECK_CLOSE(found.result.final_c[0], wanted.result.final_c[0], bound);
}

CASE("every row of the table built in agrees with the baseline") {
  const Selection table = Selection::parse(kBuiltInSelection, "selection.csv");
  CHECK(table.rows.size() >= 2);
  const rnn4j_cell_kind kinds[] = {RNN4J_CELL_RNN, RNN4J_CELL_LSTM, RNN4J_CELL_GRU, RNN4J_CELL_GRU};
  for (const SelectionRow& row : table.rows) {
    for (int cell = kCellRnn; cell <= kCellGruResetAfter; cell++) {
      // A row for every cell leaves those out that its kernel does not know; one for this cell alone must run it.
      const bool plain = cell != kCellGru;
      for (int precision = RNN4J_FP32; plain && precision <= RNN4J_BF16; precision++) {
        if (!row.columns[kCell].has(cell) || !row.columns[kPrecision].has(precision)) continue;
        check_row(row, kinds[cell], precision, false);
        check_row(row, kinds[cell], precision, true);
      }
    }
  }
}

}  // namespace
