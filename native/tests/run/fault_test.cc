// Every call of CUDA and of cuBLAS fails once, from opening to closing: a typed error, nothing lost, the state as it
// was, and the next run right.
#include <algorithm>
#include <string>

#include "kernels/support/recurrent_problem.h"
#include "kernels/support/testing.h"
#include "rnn4j/emulation/control.h"
#include "run/support/large_model.h"
#include "run/support/pinned.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace {

using namespace testing;

constexpr int kRows = 2, kSteps = 12;

void set(const char* name, const std::string& value) { CHECK_EQUAL(rnn4j_emulation_set(name, value.c_str()), 0); }

void disarm() {
  set("RNN4J_EMU_FAIL_CUDA", "0");
  set("RNN4J_EMU_FAIL_CUBLAS", "0");
}

/// Two directions, then one, then a dense head; small enough to be run hundreds of times.
struct Model {
  RecurrentProblem first, second;
  RecurrentData first_data, backward_data, second_data;
  std::vector<float> kernel = Random(3).uniforms(2 * 4, 1.0f), x = Random(4).uniforms(kRows * kSteps * 3, 1.0f);
  ProgramBuilder b;

  /// @param forward one direction alone, so that calls can be cut
  explicit Model(bool forward) {
    first.units = first.output = 3;
    first.input = 3;
    first.kind = RNN4J_CELL_GRU;
    second.units = second.output = 4;
    second.input = forward ? 3 : 6;
    first_data = data_of(first);
    first.seed = 2;
    backward_data = data_of(first);
    second_data = data_of(second);
    const int32_t in = b.input({RNN4J_ANY, 3});
    const int32_t both = b.value({RNN4J_ANY, forward ? 3 : 6});
    const int32_t h = b.value({RNN4J_ANY, 4});
    const int32_t y = b.value({RNN4J_ANY, 2});
    const rnn4j_cell& cell = b.cell(first, first_data);
    b.recurrent("first", {in}, {both}, first, cell, forward ? nullptr : &b.cell(first, backward_data));
    b.recurrent("second", {both}, {h}, second, b.cell(second, second_data));
    b.dense("head", h, y, 2, 4, kernel.data(), nullptr);
    b.output(y);
  }
};

long long held() {
  long long all = 0;
  for (const char* name : {"allocations", "pinned_allocations", "streams", "events", "graphs", "graph_execs",
                           "cublas_handles"}) {
    all += rnn4j_emulation_count(name);
  }
  return all;
}

struct Handles {
  rnn4j_device* device = nullptr;
  rnn4j_executable* executable = nullptr;
  rnn4j_state* state = nullptr;
};

/// A failed call has a status and a text.
bool succeeded(int32_t status, int& failures) {
  if (status == RNN4J_OK) return true;
  failures++;
  CHECK(status > RNN4J_INVALID_ARGUMENT && status <= RNN4J_INTERNAL);
  CHECK(!last_error().empty());
  CHECK(status != RNN4J_INTERNAL);
  return false;
}

struct Scenario {
  const Model& model;
  rnn4j_program program;
  std::vector<float> wanted_first, wanted_second;

  rnn4j_run_args args(std::vector<float>& y, std::vector<int32_t>& extents, const void** in, void** out) const {
    for (const rnn4j_value& v : model.b.values()) {
      for (int axis = 0; axis < RNN4J_MAX_RANK; axis++) {
        extents.push_back(axis >= v.rank ? 0 : v.extents[axis] == RNN4J_ANY ? kSteps : v.extents[axis]);
      }
    }
    y.assign(kRows * kSteps * 2, 0.0f);
    *in = model.x.data();
    *out = y.data();
    rnn4j_run_args a{};
    a.size = sizeof a;
    a.rows = kRows;
    a.extents = extents.data();
    a.inputs = in;
    a.outputs = out;
    return a;
  }

  int32_t run(const Handles& h, std::vector<float>& y) const {
    std::vector<int32_t> extents;
    const void* in = nullptr;
    void* out = nullptr;
    const rnn4j_run_args a = args(y, extents, &in, &out);
    return rnn4j_run(h.executable, h.state, &a);
  }

  std::vector<float> state(const Handles& h) const {
    size_t width = 0;
    for (size_t s = 0; s < model.b.slot_h().size(); s++) {
      width += static_cast<size_t>(model.b.slot_h()[s] + model.b.slot_c()[s]);
    }
    std::vector<float> rows(width * kRows);
    CHECK_OK(rnn4j_state_read(h.state, 0, kRows, rows.data()));
    return rows;
  }

  /// Opens, creates, runs twice; what fails ends it. True if nothing failed.
  bool play(Handles& h, int& failures) const {
    rnn4j_device_options options{};
    options.size = sizeof options;
    if (!succeeded(rnn4j_device_open(&options, &h.device), failures)) return false;
    if (!succeeded(rnn4j_executable_create(h.device, &program, &h.executable), failures)) return false;
    if (!succeeded(rnn4j_state_create(h.executable, kRows, &h.state), failures)) return false;
    return run_and_mend(h, failures, wanted_first) && run_and_mend(h, failures, wanted_second);
  }

  /// A run that fails leaves the state, and the same run then succeeds.
  bool run_and_mend(const Handles& h, int& failures, const std::vector<float>& wanted) const {
    std::vector<float> y;
    const int before_count = failures;
    if (!succeeded(run(h, y), failures)) {
      disarm();
      CHECK_OK(run(h, y));
    }
    CHECK(y == wanted);
    return failures == before_count;
  }

  void close(Handles& h) const {
    if (h.state != nullptr) CHECK_OK(rnn4j_state_destroy(h.state));
    if (h.executable != nullptr) CHECK_OK(rnn4j_executable_destroy(h.executable));
    if (h.device != nullptr) CHECK_OK(rnn4j_device_close(h.device));
    h = {};
  }
};

void check_every_fault(bool forward, int64_t workspace_limit, const char* count, const char* setting,
                       const std::string& code) {
  rnn4j_emulation_reset();
  set("RNN4J_EMU_CAPABILITY", "80");
  const Model model(forward);
  Scenario scenario{model, model.b.program(), {}, {}};
  scenario.program.streamable = forward ? 1 : 0;
  scenario.program.workspace_limit = workspace_limit;
  Handles h;
  int failures = 0;
  // Without a fault: what is right, and how many calls there are.
  {
    Session session(model.b, scenario.program, kRows);
    scenario.wanted_first = session.run(kRows, kSteps, {model.x.data()}).outputs[0];
    scenario.wanted_second = session.run(kRows, kSteps, {model.x.data()}).outputs[0];
    CHECK(scenario.wanted_first != scenario.wanted_second);
  }
  CHECK_EQUAL(held(), 0);
  const long long before = rnn4j_emulation_count(count);
  CHECK(scenario.play(h, failures));
  const long long calls = rnn4j_emulation_count(count) - before;
  scenario.close(h);
  CHECK_EQUAL(failures, 0);
  CHECK_EQUAL(held(), 0);
  CHECK(calls > 20);
  long long unnoticed = 0;
  for (long long n = 1; n <= calls; n++) {
    about() = std::string(setting) + "=" + std::to_string(n) + code;
    set(setting, std::to_string(n) + code);
    const int failed_before = failures;
    scenario.play(h, failures);
    unnoticed += failures == failed_before ? 1 : 0;
    disarm();
    scenario.close(h);
    CHECK_EQUAL(held(), 0);
    CHECK_EQUAL(std::string(rnn4j_emulation_report()), "");
  }
  about() = setting;
  // Few calls may fail unnoticed: those that give something back, or only clear an error.
  CHECK(unnoticed * 10 <= calls);
}

CASE("every CUDA call of a whole run fails once") {
  check_every_fault(false, 0, "cuda_calls", "RNN4J_EMU_FAIL_CUDA", "");
}
CASE("every CUDA call of a run in chunks fails once") {
  check_every_fault(true, 20000, "cuda_calls", "RNN4J_EMU_FAIL_CUDA", "");
}
CASE("every CUDA call finds no memory once") {
  check_every_fault(false, 0, "cuda_calls", "RNN4J_EMU_FAIL_CUDA", ":2");
}
CASE("every cuBLAS call fails once") {
  check_every_fault(false, 0, "cublas_calls", "RNN4J_EMU_FAIL_CUBLAS", "");
}

CASE("large values in pinned memory are copied past the library's, and every call of that fails once") {
  rnn4j_emulation_reset();
  set("RNN4J_EMU_CAPABILITY", "80");
  constexpr int kLong = 128;
  const LargeModel model(kRows, kLong);
  Session session(model.b, model.b.program(), kRows);
  const std::vector<float> x = Random(2).uniforms(product(kRows, kLong, LargeModel::kWidth), 1.0f);
  Pinned in(session.device, x.size()), out(session.device, x.size());
  std::copy(x.begin(), x.end(), in.data);
  const std::vector<int32_t> extents = session.extents(kLong);
  std::vector<float> y(x.size());
  /// The CUDA calls of a run that repeats an earlier one.
  const auto calls = [&](const float* from, float* to, int32_t wanted) {
    const void* inputs[] = {from};
    void* outputs[] = {to};
    rnn4j_run_args args{};
    args.size = sizeof args;
    args.rows = kRows;
    args.extents = extents.data();
    args.inputs = inputs;
    args.outputs = outputs;
    CHECK_OK(rnn4j_state_copy(session.state, 0, nullptr, 0, kRows));
    const long long before = rnn4j_emulation_count("cuda_calls");
    if (wanted > 0) set("RNN4J_EMU_FAIL_CUDA", std::to_string(wanted));
    const int32_t status = rnn4j_run(session.executable, session.state, &args);
    disarm();
    CHECK(wanted == 0 ? status == RNN4J_OK : status == RNN4J_CUDA_FAILED);
    return rnn4j_emulation_count("cuda_calls") - before;
  };
  calls(x.data(), y.data(), 0);
  const long long staged = calls(x.data(), y.data(), 0);
  const std::vector<float> wanted = y;
  CHECK_EQUAL(calls(in.data, out.data, 0), staged + 2);  // parameters and status still go through the library's
  CHECK(std::equal(wanted.begin(), wanted.end(), out.data));
  for (int32_t n = 1; n <= staged + 2; n++) {
    about() = "call " + std::to_string(n);
    calls(in.data, out.data, n);
    CHECK_EQUAL(calls(in.data, out.data, 0), staged + 2);
    CHECK(std::equal(wanted.begin(), wanted.end(), out.data));
  }
}

CASE("a lost device stays lost, and all can still be closed") {
  rnn4j_emulation_reset();
  set("RNN4J_EMU_CAPABILITY", "80");
  const Model model(false);
  Scenario scenario{model, model.b.program(), {}, {}};
  Handles h;
  rnn4j_device_options options{};
  options.size = sizeof options;
  CHECK_OK(rnn4j_device_open(&options, &h.device));
  CHECK_OK(rnn4j_executable_create(h.device, &scenario.program, &h.executable));
  CHECK_OK(rnn4j_state_create(h.executable, kRows, &h.state));
  std::vector<float> y;
  CHECK_OK(scenario.run(h, y));
  set("RNN4J_EMU_LOST_FROM", "1");
  CHECK_EQUAL(scenario.run(h, y), static_cast<int>(RNN4J_DEVICE_LOST));
  CHECK(last_error().find("must be started again") != std::string::npos);
  CHECK_EQUAL(scenario.run(h, y), static_cast<int>(RNN4J_DEVICE_LOST));
  CHECK(last_error().find("the device was lost before") == 0);
  scenario.close(h);
  rnn4j_emulation_reset();
}

CASE("out of device memory names the bytes asked for and those free") {
  rnn4j_emulation_reset();
  set("RNN4J_EMU_CAPABILITY", "80");
  const Model model(false);
  Scenario scenario{model, model.b.program(), {}, {}};
  scenario.program.batch_invariant = 1;
  set("RNN4J_EMU_MEMORY", "9000");
  Handles h;
  rnn4j_device_options options{};
  options.size = sizeof options;
  CHECK_OK(rnn4j_device_open(&options, &h.device));
  CHECK_OK(rnn4j_executable_create(h.device, &scenario.program, &h.executable));
  CHECK_OK(rnn4j_state_create(h.executable, kRows, &h.state));
  std::vector<float> y;
  CHECK_EQUAL(scenario.run(h, y), static_cast<int>(RNN4J_OUT_OF_DEVICE_MEMORY));
  const std::string text = last_error();
  CHECK(text.find("bytes for the values of a call: ") != std::string::npos);
  CHECK(text.find(" of 9000 bytes are free") != std::string::npos);
  set("RNN4J_EMU_MEMORY", "9000000");
  CHECK_OK(scenario.run(h, y));
  scenario.close(h);
  CHECK_EQUAL(held(), 0);
  rnn4j_emulation_reset();
}

}  // namespace
