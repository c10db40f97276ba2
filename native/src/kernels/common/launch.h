// How launchers start kernels. Host code of .cu files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <cuda_runtime.h>

#include <rnn4j/gpu/device.cuh>

namespace rnn4j::kernels {

// launch(RNN4J_KERNEL(name<arguments>), shape, stream, parameters...): the name is for reports.
#define RNN4J_KERNEL(...) #__VA_ARGS__, __VA_ARGS__

struct LaunchShape {
  dim3 grid;
  dim3 block;
  size_t shared_bytes = 0;
};

template <typename... Parameters>
cudaError_t launch(const char* name, void (*kernel)(Parameters...), const LaunchShape& shape, cudaStream_t stream,
                   const Parameters&... parameters) {
  cudaLaunchConfig_t config{};
  config.gridDim = shape.grid;
  config.blockDim = shape.block;
  config.dynamicSmemBytes = shape.shared_bytes;
  config.stream = stream;
  gpu::name_next_kernel(name);
  return cudaLaunchKernelEx(&config, kernel, parameters...);
}

// Threads of a block of an elementwise kernel: 256 keeps every architecture full at up to 64 registers.
constexpr int kElementwiseThreads = 256;
// More blocks than any device runs at once: grid-stride loops do the rest.
constexpr int64_t kMaxBlocks = 16384;

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Powers of two from 1 to `limit`.
inline unsigned covering_power_of_two(int64_t count, unsigned limit) {
  unsigned power = 1;
  while (power < limit && power < count) power *= 2;
  return power;
}

// For for_each_element.
inline LaunchShape shape_of(int64_t count) {
  const int64_t blocks = std::min(kMaxBlocks, ceil_div(count, kElementwiseThreads));
  return {dim3(static_cast<unsigned>(blocks)), dim3(covering_power_of_two(count, kElementwiseThreads))};
}

// For for_each_place: columns along x, so that neighbours in memory are neighbours in a warp.
inline LaunchShape shape_of(int64_t rows, int64_t columns) {
  const unsigned x = covering_power_of_two(columns, kElementwiseThreads);
  const unsigned y = covering_power_of_two(rows, kElementwiseThreads / x);
  const int64_t blocks_x = std::min(kMaxBlocks, ceil_div(columns, x));
  const int64_t blocks_y = std::min(kMaxBlocks, ceil_div(rows, y));
  return {dim3(static_cast<unsigned>(blocks_x), static_cast<unsigned>(blocks_y)), dim3(x, y)};
}

}  // namespace rnn4j::kernels
