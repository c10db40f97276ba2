// Several threads on one device: on one executable, each with a state of its own, and on executables of their own.
#include <thread>

#include "kernels/support/recurrent_problem.h"
#include "kernels/support/testing.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace {

using namespace testing;

constexpr int kThreads = 4, kRows = 2, kSteps = 6, kRuns = 8;

struct Model {
  RecurrentProblem p;
  RecurrentData d;
  ProgramBuilder b;
  std::vector<int32_t> extents;

  Model() {
    d = data_of(p);
    const int32_t x = b.input({RNN4J_ANY, p.input}), y = b.value({RNN4J_ANY, p.output});
    b.recurrent("layer", {x}, {y}, p, b.cell(p, d));
    b.output(y);
    extents = {kSteps, p.input, 0, 0, kSteps, p.output, 0, 0};
  }

  std::vector<float> x(int thread) const {
    return Random(static_cast<uint64_t>(thread) + 1).uniforms(product(kRows, kSteps, p.input), 1.0f);
  }

  /// The outputs of all runs, one after the other; empty if one fails.
  std::vector<float> play(rnn4j_executable* executable, rnn4j_state* state, int thread) const {
    const std::vector<float> in = x(thread);
    std::vector<float> all;
    for (int run = 0; run < kRuns; run++) {
      std::vector<float> y(product(kRows, kSteps, p.output));
      const void* inputs[] = {in.data()};
      void* outputs[] = {y.data()};
      rnn4j_run_args a{};
      a.size = sizeof a;
      a.rows = kRows;
      a.extents = extents.data();
      a.inputs = inputs;
      a.outputs = outputs;
      if (rnn4j_run(executable, state, &a) != RNN4J_OK) return {};
      all.insert(all.end(), y.begin(), y.end());
    }
    return all;
  }
};

/// What each thread must get: from an executable that it has alone.
std::vector<std::vector<float>> wanted(const Model& model, const rnn4j_program& program) {
  std::vector<std::vector<float>> all;
  for (int thread = 0; thread < kThreads; thread++) {
    Session session(model.b, program, kRows);
    all.push_back(model.play(session.executable, session.state, thread));
  }
  return all;
}

CASE("threads share an executable, each with its state") {
  const Model model;
  const rnn4j_program program = model.b.program();
  const auto right = wanted(model, program);
  Session session(model.b, program, 0);
  std::vector<std::vector<float>> found(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; thread++) {
    threads.emplace_back([&, thread] {
      rnn4j_state* state = nullptr;
      if (rnn4j_state_create(session.executable, kRows, &state) != RNN4J_OK) return;
      found[static_cast<size_t>(thread)] = model.play(session.executable, state, thread);
      if (rnn4j_state_destroy(state) != RNN4J_OK) found[static_cast<size_t>(thread)].clear();
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found == right);
}

CASE("threads with executables of their own capture at the same time") {
  const Model model;
  const rnn4j_program program = model.b.program();
  const auto right = wanted(model, program);
  std::vector<std::vector<float>> found(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; thread++) {
    threads.emplace_back([&, thread] {
      Session session(model.b, program, kRows);
      found[static_cast<size_t>(thread)] = model.play(session.executable, session.state, thread);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found == right);
}

CASE("each thread has its own last error") {
  rnn4j_device* device = nullptr;
  CHECK_EQUAL(rnn4j_device_open(nullptr, &device), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  std::string other = "none";
  std::thread([&] { other = last_error(); }).join();
  CHECK_EQUAL(other, "");
  CHECK_EQUAL(last_error(), "options is NULL");
}

}  // namespace
