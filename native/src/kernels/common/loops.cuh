// Grid-stride loops of elementwise kernels; shapes from shape_of.
#pragma once

#include <cstdint>

#include <cuda_runtime.h>

namespace rnn4j::kernels {

template <typename Body>
__device__ void for_each_element(int64_t count, Body body) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t at = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; at < count; at += stride) body(at);
}

template <typename Body>
__device__ void for_each_row(int64_t rows, Body body) {
  const int64_t stride = static_cast<int64_t>(gridDim.y) * blockDim.y;
  for (int64_t row = static_cast<int64_t>(blockIdx.y) * blockDim.y + threadIdx.y; row < rows; row += stride) body(row);
}

template <typename Body>
__device__ void for_each_column(int64_t columns, Body body) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t column = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; column < columns; column += stride)
    body(column);
}

template <typename Body>
__device__ void for_each_place(int64_t rows, int64_t columns, Body body) {
  for_each_row(rows, [&](int64_t row) { for_each_column(columns, [&](int64_t column) { body(row, column); }); });
}

}  // namespace rnn4j::kernels
