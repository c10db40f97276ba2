// What the laboratory's programs share: checked calls, timing by events, one CSV line per figure.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

namespace lab {

#define LAB_CUDA(call) lab::check((call), #call, __FILE__, __LINE__)

inline void check(cudaError_t status, const char* call, const char* file, int line) {
  if (status == cudaSuccess) return;
  std::fprintf(stderr, "%s:%d: %s: %s\n", file, line, call, cudaGetErrorString(status));
  std::exit(1);
}

/// A wrong result ends the program: its time would mean nothing.
inline void require(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "WRONG: %s\n", what);
  std::exit(1);
}

inline void tell(const char* name, long long size, double value, const char* unit) {
  std::printf("%s,%lld,%.6g,%s\n", name, size, value, unit);
  std::fflush(stdout);
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Median seconds on the device of `work`, after one run to warm up.
template <typename Work>
double device_seconds(int repeats, cudaStream_t stream, Work work) {
  cudaEvent_t start, stop;
  LAB_CUDA(cudaEventCreate(&start));
  LAB_CUDA(cudaEventCreate(&stop));
  std::vector<double> all;
  for (int k = -1; k < repeats; k++) {
    LAB_CUDA(cudaEventRecord(start, stream));
    work();
    LAB_CUDA(cudaEventRecord(stop, stream));
    LAB_CUDA(cudaEventSynchronize(stop));
    float milliseconds = 0;
    LAB_CUDA(cudaEventElapsedTime(&milliseconds, start, stop));
    if (k >= 0) all.push_back(static_cast<double>(milliseconds) / 1000);
  }
  LAB_CUDA(cudaEventDestroy(start));
  LAB_CUDA(cudaEventDestroy(stop));
  return median(all);
}

inline int multiprocessors() {
  int count = 0;
  LAB_CUDA(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0));
  return count;
}

/// The only argument: "tiny" for the double, where figures mean nothing.
inline bool is_tiny(int argc, char** argv) { return argc > 1 && argv[1][0] == 't'; }

}  // namespace lab
