// Stacks of recurrent layers from texts such as "lstm l2 d1 b4 t25 i512 h512", and times of their calls.
#pragma once

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/support/recurrent_problem.h"
#include "kernels/support/testing.h"
#include "lab.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace lab {

using testing::ProgramBuilder;
using testing::RecurrentData;
using testing::RecurrentProblem;
using testing::Session;

struct Problem {
  RecurrentProblem layer;
  int layers = 1;
  int directions = 1;
};

inline Problem parse(const std::string& text) {
  Problem problem;
  RecurrentProblem& p = problem.layer;
  std::istringstream words(text);
  std::string word;
  words >> word;
  if (word == "rnn") p.kind = RNN4J_CELL_RNN;
  if (word == "gru" || word == "gru-ra") p.kind = RNN4J_CELL_GRU;
  p.reset_after = word == "gru-ra";
  p.rows = p.steps = 1;
  p.input = 0;
  require(word == "lstm" || p.kind != RNN4J_CELL_LSTM, "the cell: lstm, gru, gru-ra and rnn exist");
  while (words >> word) {
    const int size = std::atoi(word.c_str() + 1);
    require(size > 0, ("a size: " + word).c_str());
    switch (word[0]) {
      case 'l': problem.layers = size; break;
      case 'd': problem.directions = size; break;
      case 'b': p.rows = size; break;
      case 't': p.steps = size; break;
      case 'i': p.input = size; break;
      case 'h': p.units = p.output = size; break;
      default: require(false, ("a size: " + word).c_str());
    }
  }
  if (p.input == 0) p.input = p.units;
  p.capacity = p.steps;
  p.name = text;
  return problem;
}

/// A stack, its weights kept beside it.
struct Model {
  explicit Model(const Problem& problem) {
    RecurrentProblem p = problem.layer;
    int32_t x = b.input({RNN4J_ANY, p.input});
    for (int layer = 0; layer < problem.layers; layer++) {
      const int32_t y = b.value({RNN4J_ANY, problem.directions * p.units});
      cells.push_back(testing::data_of(p));
      rnn4j_cell& forward = b.cell(p, cells.back());
      p.seed++;
      if (problem.directions == 2) {
        cells.push_back(testing::data_of(p));
        b.recurrent("layer", {x}, {y}, p, forward, &b.cell(p, cells.back()));
      } else {
        b.recurrent("layer", {x}, {y}, p, forward);
      }
      p.seed++;
      p.input = problem.directions * p.units;
      x = y;
    }
    b.output(x);
  }
  ProgramBuilder b;
  std::deque<RecurrentData> cells;
};

inline int precision_of(const char* name) {
  const char* names[] = {"fp32", "tf32", "fp16", "bf16"};
  const int numbers[] = {RNN4J_FP32, RNN4J_TF32, RNN4J_FP16, RNN4J_BF16};
  for (int k = 0; k < 4; k++) {
    if (std::strcmp(name, names[k]) == 0) return numbers[k];
  }
  require(false, "the precision: fp32, tf32, fp16 and bf16 exist");
  return 0;
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
  return median(all);
}

/// Median seconds on the device of a call that reads and writes device memory.
inline double device_call_seconds(const Session& session, rnn4j_run_args args, const std::vector<float>& x,
                                  size_t outputs, int repeats) {
  float *device_x = nullptr, *device_y = nullptr;
  cudaStream_t stream;
  LAB_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  LAB_CUDA(cudaMalloc(&device_x, x.size() * sizeof(float)));
  LAB_CUDA(cudaMalloc(&device_y, outputs * sizeof(float)));
  LAB_CUDA(cudaMemcpy(device_x, x.data(), x.size() * sizeof(float), cudaMemcpyHostToDevice));
  const void* in[] = {device_x};
  void* out[] = {device_y};
  args.inputs = in;
  args.outputs = out;
  args.flags = RNN4J_DEVICE_POINTERS;
  args.stream = stream;
  const double seconds =
      device_seconds(repeats, stream, [&] { CHECK_OK(rnn4j_run(session.executable, session.state, &args)); });
  LAB_CUDA(cudaFree(device_x));
  LAB_CUDA(cudaFree(device_y));
  LAB_CUDA(cudaStreamDestroy(stream));
  return seconds;
}

}  // namespace lab
