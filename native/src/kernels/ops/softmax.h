// Softmax, or its logarithm, along the last axis.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

namespace rnn4j::kernels {

struct SoftmaxParams {
  int64_t positions;  // N
  int width;
  const float* x;     // [N, width]
  float* y;           // [N, width]; may be x
  bool logarithm;
};

bool supports(const SoftmaxParams& params);
cudaError_t launch_softmax(const SoftmaxParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
