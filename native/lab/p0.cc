// The library's own time for problems such as "lstm l2 d1 b4 t25 i512 h512": right first, then the time.
//   p0 SECONDS PRECISION PROBLEM..     fp32, tf32, fp16, bf16
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>

#include "kernels/reference/recurrent_reference.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"
#include "lab.h"
#include "run/support/session.h"
#include "run/support/stack_model.h"

namespace {

using namespace testing;
using rnn4j::kernels::NumberType;

int precision_of(const char* name) {
  const char* names[] = {"fp32", "tf32", "fp16", "bf16"};
  const int numbers[] = {RNN4J_FP32, RNN4J_TF32, RNN4J_FP16, RNN4J_BF16};
  for (int k = 0; k < 4; k++) {
    if (std::strcmp(name, names[k]) == 0) return numbers[k];
  }
  lab::require(false, "the precision: fp32, tf32, fp16 and bf16 exist");
  return 0;
}

/// One layer of a few steps against the double reference.
void check(StackProblem problem, int precision) {
  problem.layers = problem.directions = 1;
  RecurrentProblem& p = problem.layer;
  p.steps = p.capacity = std::min(p.steps, 3);
  const StackModel model(problem);
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

/// Median seconds of `call` and how often it ran within the time given, 5 times at least.
template <typename Call>
double host_seconds(double seconds, Call call) {
  using clock = std::chrono::steady_clock;
  const auto run = [&] {
    const auto start = clock::now();
    call();
    return std::chrono::duration<double>(clock::now() - start).count();
  };
  for (int k = 0; k < 3; k++) run();
  std::vector<double> all;
  for (double spent = 0; spent < seconds || all.size() < 5;) {
    all.push_back(run());
    spent += all.back();
  }
  return lab::median(all);
}

void measure(const StackProblem& problem, int precision, double seconds) {
  const RecurrentProblem& p = problem.layer;
  const StackModel model(problem);
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
  const double host = host_seconds(seconds, [&] { CHECK_OK(rnn4j_run(session.executable, session.state, &args)); });
  lab::tell(("host," + p.name).c_str(), p.steps, host * 1e6, "us");

  float *device_x = nullptr, *device_y = nullptr;
  cudaStream_t stream;
  LAB_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  LAB_CUDA(cudaMalloc(&device_x, x.size() * 4));
  LAB_CUDA(cudaMalloc(&device_y, y.size() * 4));
  LAB_CUDA(cudaMemcpy(device_x, x.data(), x.size() * 4, cudaMemcpyHostToDevice));
  inputs[0] = device_x;
  outputs[0] = device_y;
  args.flags = RNN4J_DEVICE_POINTERS;
  args.stream = stream;
  const int repeats = std::max(3, static_cast<int>(std::min(200.0, seconds / host)));
  const double device = lab::device_seconds(repeats, stream, [&] {
    CHECK_OK(rnn4j_run(session.executable, session.state, &args));
  });
  lab::tell(("device," + p.name).c_str(), p.steps, device * 1e6, "us");
  LAB_CUDA(cudaFree(device_x));
  LAB_CUDA(cudaFree(device_y));
  LAB_CUDA(cudaStreamDestroy(stream));
  lab::require(tally().failures == 0, p.name.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  lab::require(argc >= 4, "the arguments: SECONDS PRECISION PROBLEM..");
  const double seconds = std::atof(argv[1]);
  const int precision = precision_of(argv[2]);
  for (int k = 3; k < argc; k++) {
    const StackProblem problem = parse_problem(argv[k]);
    check(problem, precision);
    measure(problem, precision, seconds);
  }
}
