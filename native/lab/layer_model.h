// Problems of the list as programs, and times of their calls.
#pragma once

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernels/support/testing.h"
#include "lab.h"
#include "run/support/session.h"
#include "run/support/stack_model.h"

namespace lab {

using Problem = testing::StackProblem;
using Model = testing::StackModel;
using testing::parse_problem;
using testing::Session;

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
