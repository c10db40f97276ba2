// A device, an executable and a state as a test uses them: every call checked, everything given back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/support/testing.h"
#include "rnn4j/rnn4j.h"
#include "run/support/program_builder.h"

namespace testing {

inline std::string last_error() {
  std::string text(rnn4j_last_error(nullptr, 0), '\0');
  rnn4j_last_error(text.data(), text.size() + 1);
  return text;
}

inline void check_ok(int32_t status, const char* call, const char* file, int line) {
  check(status == RNN4J_OK, std::string(call) + " gave " + std::to_string(status) + ": " +
                                (status == RNN4J_OK ? "" : last_error()),
        file, line);
}
#define CHECK_OK(call) testing::check_ok((call), #call, __FILE__, __LINE__)

/// What a run takes, beside the inputs. Empty: not given.
struct RunOptions {
  int32_t flags = 0;
  std::vector<int32_t> state_rows, lengths;
  std::vector<uint8_t> mask, started, seen;
  std::vector<std::vector<float>> initial_h, initial_c;  // by slot
  bool takes_finals = false;
  const volatile int32_t* cancel = nullptr;
  std::vector<rnn4j_state*> states;  // in place of the session's own, by row
};

struct RunResult {
  int32_t status = RNN4J_OK;
  std::string error;
  std::vector<std::vector<float>> outputs;
  std::vector<std::vector<float>> final_h, final_c;  // by slot
};

class Session {
 public:
  Session(const ProgramBuilder& builder, const rnn4j_program& program, int32_t rows) : builder_(builder) {
    rnn4j_device_options options{};
    options.size = sizeof options;
    CHECK_OK(rnn4j_device_open(&options, &device));
    if (device == nullptr) return;
    CHECK_OK(rnn4j_executable_create(device, &program, &executable));
    if (executable != nullptr && rows > 0) CHECK_OK(rnn4j_state_create(executable, rows, &state));
  }
  ~Session() {
    if (state != nullptr) CHECK_OK(rnn4j_state_destroy(state));
    if (executable != nullptr) CHECK_OK(rnn4j_executable_destroy(executable));
    if (device != nullptr) CHECK_OK(rnn4j_device_close(device));
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// RNN4J_ANY becomes `steps` everywhere.
  std::vector<int32_t> extents(int32_t steps) const {
    std::vector<int32_t> all;
    for (const rnn4j_value& v : builder_.values()) {
      for (int axis = 0; axis < RNN4J_MAX_RANK; axis++) {
        all.push_back(axis >= v.rank ? 0 : v.extents[axis] == RNN4J_ANY ? steps : v.extents[axis]);
      }
    }
    return all;
  }

  size_t elements(int32_t value, int32_t rows, int32_t steps) const {
    const rnn4j_value& v = builder_.values()[static_cast<size_t>(value)];
    size_t n = static_cast<size_t>(rows);
    for (int axis = 0; axis < v.rank; axis++) {
      n *= static_cast<size_t>(v.extents[axis] == RNN4J_ANY ? steps : v.extents[axis]);
    }
    return n;
  }

  RunResult run(int32_t rows, int32_t steps, const std::vector<const void*>& inputs, const RunOptions& options = {}) {
    RunResult result;
    const auto pointer = [](auto& v) { return v.empty() ? nullptr : v.data(); };
    const std::vector<int32_t> all = extents(steps);
    std::vector<void*> outputs;
    for (const int32_t v : builder_.outputs()) {
      result.outputs.emplace_back(elements(v, rows, steps), std::nanf(""));
    }
    for (auto& output : result.outputs) outputs.push_back(output.data());
    std::vector<const float*> initial_h, initial_c;
    for (const auto& h : options.initial_h) initial_h.push_back(pointer(h));
    for (const auto& c : options.initial_c) initial_c.push_back(pointer(c));
    std::vector<float*> final_h, final_c;
    for (size_t s = 0; options.takes_finals && s < builder_.slot_h().size(); s++) {
      result.final_h.emplace_back(static_cast<size_t>(rows * builder_.slot_h()[s]));
      result.final_c.emplace_back(static_cast<size_t>(rows * builder_.slot_c()[s]));
    }
    for (auto& h : result.final_h) final_h.push_back(pointer(h));
    for (auto& c : result.final_c) final_c.push_back(pointer(c));
    rnn4j_run_args args{};
    args.size = sizeof args;
    args.flags = options.flags;
    args.rows = rows;
    args.state_rows = pointer(options.state_rows);
    args.extents = all.data();
    args.inputs = inputs.data();
    args.outputs = outputs.data();
    args.lengths = pointer(options.lengths);
    args.mask = pointer(options.mask);
    args.started = pointer(options.started);
    args.seen = pointer(options.seen);
    args.cancel = options.cancel;
    args.initial_h = pointer(initial_h);
    args.initial_c = pointer(initial_c);
    args.final_h = pointer(final_h);
    args.final_c = pointer(final_c);
    args.states = pointer(options.states);
    result.status = rnn4j_run(executable, options.states.empty() ? state : nullptr, &args);
    if (result.status != RNN4J_OK) result.error = last_error();
    return result;
  }

  rnn4j_memory memory(int32_t rows = 0, int32_t steps = -1) const {
    rnn4j_memory m{};
    m.size = sizeof m;
    const std::vector<int32_t> all = extents(steps);
    CHECK_OK(rnn4j_executable_memory(executable, rows, steps < 0 ? nullptr : all.data(), &m));
    return m;
  }

  std::vector<float> state_rows(int32_t row, int32_t count) const {
    size_t width = 0;
    for (size_t s = 0; s < builder_.slot_h().size(); s++) {
      width += static_cast<size_t>(builder_.slot_h()[s] + builder_.slot_c()[s]);
    }
    std::vector<float> flat(width * static_cast<size_t>(count));
    CHECK_OK(rnn4j_state_read(state, row, count, flat.data()));
    return flat;
  }

  rnn4j_device* device = nullptr;
  rnn4j_executable* executable = nullptr;
  rnn4j_state* state = nullptr;

 private:
  const ProgramBuilder& builder_;
};

}  // namespace testing
