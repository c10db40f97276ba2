// y = f(x + bias), elementwise: bias of a dense layer, an activation, or both.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

struct ActivateParams {
  int64_t positions;            // N
  int width;                    // of the last axis
  const float* x;               // [N, width]
  const float* bias;            // [width], or null
  float* y;                     // [N, width]; may be x
  rnn4j_activation activation;
};

bool supports(const ActivateParams& params);
cudaError_t launch_activate(const ActivateParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
