// Rows for src/plan/selection.csv: times every kernel that supports a point of the grid, right first, then the time.
//   selection SECONDS PRECISION [tiny]     a row: line for each range of H with one fastest kernel
// A time is that of a whole call from host memory, graph replayed: what differs between kernels is the same call's rest.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "kernels/support/tolerances.h"
#include "layer_model.h"
#include "plan/selection.h"

namespace {

using namespace testing;
using lab::Model;
using rnn4j::name_of;
using rnn4j::StepKernel;

struct Grid {
  std::vector<std::string> cells;
  std::vector<int> units, rows, steps;
};

const Grid kFull{{"rnn", "lstm", "gru", "gru-ra"}, {32, 64, 128, 256, 512, 1024, 2048}, {1, 2, 3, 4, 8}, {1, 2, 4, 8}};
const Grid kTiny{{"lstm", "gru"}, {4, 9}, {1, 2}, {1, 2}};

/// A table in which one kernel goes before the baseline, in force while it lives.
class Forced {
 public:
  explicit Forced(StepKernel kernel) {
    std::ofstream file(kPath);
    file << "capability, cell, precision, units, rows, steps, layers, directions, lengths, kernel, note\n";
    if (kernel != rnn4j::kAlwaysSupported) file << "*, *, *, *, *, *, *, *, *, " << name_of(kernel) << ", forced\n";
    file << "*, *, *, *, *, *, *, *, *, " << name_of(rnn4j::kAlwaysSupported) << ", baseline\n";
    file.close();
    lab::require(file.good(), "the working folder can be written");
    setenv("RNN4J_SELECTION", kPath, 1);
  }
  ~Forced() {
    unsetenv("RNN4J_SELECTION");
    std::remove(kPath);
  }
  Forced(const Forced&) = delete;
  Forced& operator=(const Forced&) = delete;

 private:
  static constexpr const char* kPath = "lab_selection.csv";
};

/// What one kernel gave; no outputs where it does not support the problem.
struct Trial {
  std::vector<float> outputs;
  int64_t bytes = 0;
  double seconds = 0;
};

Trial trial(const lab::Problem& problem, int precision, StepKernel kernel, double seconds) {
  const Forced table(kernel);
  const RecurrentProblem& p = problem.layer;
  Model model(problem);
  rnn4j_program program = model.b.program();
  program.precision = precision;
  Session session(model.b, program, p.rows);
  const std::vector<int32_t> extents = session.extents(p.steps);
  Trial result;
  result.bytes = session.memory(p.rows, p.steps).call_bytes;
  result.outputs.resize(session.elements(model.b.outputs()[0], p.rows, p.steps));
  const void* inputs[] = {model.cells[0].x.data()};
  void* outputs[] = {result.outputs.data()};
  rnn4j_run_args args{};
  args.size = sizeof args;
  args.rows = p.rows;
  args.extents = extents.data();
  args.inputs = inputs;
  args.outputs = outputs;
  CHECK_OK(rnn4j_run(session.executable, session.state, &args));
  const std::vector<float> first = result.outputs;
  result.seconds = lab::host_seconds(seconds, [&] { CHECK_OK(rnn4j_run(session.executable, session.state, &args)); });
  result.outputs = first;
  return result;
}

double bound_of(int precision, const RecurrentProblem& p) {
  using rnn4j::kernels::NumberType;
  const NumberType type = precision == RNN4J_BF16   ? NumberType::kBfloat16
                          : precision == RNN4J_FP32 ? NumberType::kFloat
                                                    : NumberType::kHalf;
  const double terms = std::fmax(1.0, std::sqrt((p.input + p.units) / 133.0));
  return (precision == RNN4J_TF32 ? 4 : 2) * terms * sequence_bound(type, p.steps);
}

/// The fastest kernel of a problem.
StepKernel fastest(const std::string& text, int precision, double seconds) {
  const lab::Problem problem = lab::parse_problem(text);
  const Trial baseline = trial(problem, precision, rnn4j::kAlwaysSupported, seconds);
  StepKernel best = rnn4j::kAlwaysSupported;
  double least = baseline.seconds;
  for (size_t k = 0; k < rnn4j::kStepKernels; k++) {
    const auto kernel = static_cast<StepKernel>(k);
    const Trial found = kernel == rnn4j::kAlwaysSupported ? baseline : trial(problem, precision, kernel, seconds);
    // The baseline's scratch shows that it was taken in the kernel's place: the problem is not supported.
    if (kernel != rnn4j::kAlwaysSupported && found.bytes == baseline.bytes) continue;
    about() = text + ", " + name_of(kernel);
    CHECK_CLOSE(found.outputs, baseline.outputs, bound_of(precision, problem.layer));
    lab::require(tally().failures == 0, about().c_str());
    lab::tell((std::string(name_of(kernel)) + "," + text).c_str(), problem.layer.steps, found.seconds * 1e6, "us");
    if (found.seconds < least) {
      best = kernel;
      least = found.seconds;
    }
  }
  return best;
}

std::string range_text(int first, int last) { return last == 0 ? std::to_string(first) + "-" : std::to_string(first) + "-" + std::to_string(last); }

struct Machine {
  int capability = 0;
  std::string name;
};

Machine machine() {
  rnn4j_device_options options{};
  options.size = sizeof options;
  rnn4j_device* device = nullptr;
  CHECK_OK(rnn4j_device_open(&options, &device));
  rnn4j_device_info info{};
  info.size = sizeof info;
  CHECK_OK(rnn4j_device_describe(device, &info));
  CHECK_OK(rnn4j_device_close(device));
  lab::require(tally().failures == 0, "a device");
  return {info.compute_capability, info.name};
}

/// One line of the grid, H growing: a row for each range with one winner.
void tell_rows(const Machine& on, const Grid& grid, const std::string& cell, int rows, int steps, const char* precision,
               double seconds) {
  std::vector<StepKernel> winners;
  for (const int units : grid.units) {
    const std::string text = cell + " b" + std::to_string(rows) + " t" + std::to_string(steps) + " i" +
                             std::to_string(units) + " h" + std::to_string(units);
    winners.push_back(fastest(text, lab::precision_of(precision), seconds));
  }
  int first = 1;
  for (size_t k = 0; k < winners.size(); k++) {
    const bool ends = k + 1 == winners.size();
    if (!ends && winners[k] == winners[k + 1]) continue;
    const int last = ends ? 0 : grid.units[k + 1] - 1;
    std::printf("row: %d, %s, %s, %s, %d, %d, 1, 1, without, %s, measured on %s: FILE OF RESULTS\n", on.capability,
                cell.c_str(), precision, range_text(first, last).c_str(), rows, steps, name_of(winners[k]),
                on.name.c_str());
    first = last + 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  lab::require(argc >= 3, "the arguments: SECONDS PRECISION [tiny]");
  const Grid& grid = argc > 3 && argv[3][0] == 't' ? kTiny : kFull;
  const Machine on = machine();
  for (const std::string& cell : grid.cells) {
    for (const int rows : grid.rows) {
      for (const int steps : grid.steps) tell_rows(on, grid, cell, rows, steps, argv[2], std::atof(argv[1]));
    }
  }
}
