// Which steps count where values meet.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/validity.h"

namespace rnn4j::kernels {

enum class ValidityRule { kCopy, kAnd, kOr };

// Lengths: of a; the smaller; the larger. Mask: which steps count in a; in both; in one.
// kOr with lengths_out needs both masks null and mask_out null.
struct CombineValidityParams {
  int rows;
  ValidityRule rule;
  Validity a;
  Validity b;            // unused for kCopy; same steps and capacity as a
  int32_t* lengths_out;  // [B], or null; may be those of a or b
  uint8_t* mask_out;     // [B, capacity], or null; may be that of a or b
};

bool supports(const CombineValidityParams& params);
cudaError_t launch_combine_validity(const CombineValidityParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
