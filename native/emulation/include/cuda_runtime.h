// The double's <cuda_runtime.h>: what rnn4j uses of CUDA's runtime and of its C++ dialect, compiled by
// a plain C++17 compiler. Names, signatures and numbers are CUDA's; only this subset exists.
#pragma once

#include "rnn4j/emulation/cuda_types.h"

#include "rnn4j/emulation/cuda_api.h"

#include "rnn4j/emulation/cuda_device.h"
