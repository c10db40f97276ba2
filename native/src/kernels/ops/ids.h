// What reads ids: embedding, one-hot, ids as numbers. Every id of the T real steps is checked, those of steps that
// do not count too, as on the CPU; one out of range sets the run's status and gives zeros.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/common/run_status.h"
#include "kernels/common/validity.h"

namespace rnn4j::kernels {

// ids [B, capacity, inner], or [B, inner] with capacity 1 and steps null.
struct IdSource {
  int rows;                // B
  int capacity;            // steps in memory
  const int32_t* steps;    // [1] T, or null: capacity; later positions are not read and give zeros
  int inner;               // ids in a step
  const void* ids;         // int32, or float where are_floats
  bool are_floats;
  int op;                  // for the status
  RunStatus* status;
};

struct EmbeddingParams {
  IdSource source;
  const float* table;      // [table_rows, width]
  int table_rows;
  int width;
  float* y;                // [B, capacity, inner, width]
  // Where id 0 does not count (then inner is 1): the steps that count in the ids and are not 0.
  uint8_t* mask_out;       // [B, capacity], or null
  const uint8_t* mask;     // [B, capacity] of the ids, or null: all
};

bool supports(const EmbeddingParams& params);
cudaError_t launch_embedding(const EmbeddingParams& params, cudaStream_t stream);

struct OneHotParams {
  IdSource source;
  int depth;
  float* y;                // [B, capacity, inner, depth]
};

bool supports(const OneHotParams& params);
cudaError_t launch_one_hot(const OneHotParams& params, cudaStream_t stream);

// Magnitudes up to 2^24 are exact; beyond, an id is out of range. are_floats must be false.
struct NumbersParams {
  IdSource source;
  float* y;                // [B, capacity, inner]
};

bool supports(const NumbersParams& params);
cudaError_t launch_numbers(const NumbersParams& params, cudaStream_t stream);

}  // namespace rnn4j::kernels
