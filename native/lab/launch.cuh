// How the laboratory starts kernels. Host code of .cu files.
#pragma once

#include <rnn4j/gpu/device.cuh>

#include "lab.h"

namespace lab {

template <typename... Parameters, typename... Actual>
void launch(void (*kernel)(Parameters...), int blocks, int threads, bool cooperative, cudaStream_t stream,
            const Actual&... actual) {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeCooperative;
  attribute.val.cooperative = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.stream = stream;
  config.attrs = &attribute;
  config.numAttrs = cooperative ? 1 : 0;
  rnn4j::gpu::name_next_kernel("lab");
  LAB_CUDA(cudaLaunchKernelEx(&config, kernel, actual...));
}

}  // namespace lab
